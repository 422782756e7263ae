-- What a score is made of, in words.

ALTER TABLE scores ADD COLUMN IF NOT EXISTS contribution_figures Array(Int64) COMMENT 'The figure behind each contribution, in the unit that components states for its code' AFTER contribution_points;

CREATE TABLE IF NOT EXISTS components (
    language LowCardinality(String) COMMENT 'ISO 639-1: en, de, fr or nl',
    code LowCardinality(String) COMMENT 'Code of the component, as in contribution_codes',
    name String COMMENT 'Its name',
    unit LowCardinality(String) COMMENT 'How its figure is to be read: share (ppm), tenths (of a day), days, months, number, euro_cents or points',
    sentence String COMMENT 'Sentence with {} for the figure, or {day|days} for the figure and the word that goes with it',
    negative String COMMENT 'Sentence of a figure below 0; empty: the same',
    version UInt64 COMMENT 'The newest row counts'
) ENGINE = ReplacingMergeTree(version)
ORDER BY (language, code)
COMMENT 'The parts of the scorecard in words; view score_parts puts their figures in';

CREATE VIEW IF NOT EXISTS score_parts AS
SELECT buyer_id, at, position, grade, code, name, points, figure,
    replaceRegexpOne(text, '\\{[^}]*\\}', concat(
        multiIf(unit IN ('share', 'tenths'), concat(if(shown < 0, '−', ''), grouped, if({language:String} = 'en', '.', ','), toString(abs(shown) % 10)),
            unit = 'points' AND shown > 0, concat('+', toString(shown)),
            concat(if(shown < 0, '−', ''), grouped)),
        multiIf(position(placeholder, '|') = 0, '', shown_one, concat(' ', substringIndex(placeholder, '|', 1)), concat(' ', substringIndex(placeholder, '|', -1))))) AS sentence
FROM
(
    SELECT *, extract(text, '\\{([^}]*)\\}') AS placeholder,
        multiIf(unit = 'share', if(said < 0, intDiv(said - 500, 1000), intDiv(said + 500, 1000)),
            unit = 'euro_cents', if(said < 0, intDiv(said - 50, 100), intDiv(said + 50, 100)), said) AS shown,
        said = 1 OR unit = 'tenths' AND said = 10 AS shown_one,
        replaceAll(trimLeft(reverse(replaceRegexpAll(reverse(toString(if(unit IN ('share', 'tenths'), intDiv(abs(shown), 10), abs(shown)))), '(\\d{3})', '\\1 '))), ' ', ' ') AS grouped
    FROM
    (
        SELECT s.buyer_id AS buyer_id, s.at AS at, s.position AS position, s.grade AS grade, s.code AS code,
            if(c.name = '', replaceAll(s.code, '_', ' '), c.name) AS name, s.points AS points, s.figure AS figure, c.unit AS unit,
            s.figure < 0 AND c.negative != '' AS negated, if(negated, c.negative, if(c.sentence = '', name, c.sentence)) AS text,
            if(negated AND c.unit != 'points', -s.figure, s.figure) AS said
        FROM
        (
            SELECT buyer_id, at, grade, code, points, figure,
                concat(toString(log_generation), '-', toString(log_partition), '-', toString(log_offset), '-', toString(seq)) AS position
            FROM scores ARRAY JOIN contribution_codes AS code, contribution_points AS points,
                arrayResize(contribution_figures, length(contribution_codes)) AS figure
        ) AS s
        LEFT JOIN (SELECT * FROM components FINAL WHERE language = {language:String}) AS c ON c.code = s.code
    )
)
COMMENT 'What each published score is made of, a row per part, with a sentence in a language: score_parts(language = ''nl'')';
