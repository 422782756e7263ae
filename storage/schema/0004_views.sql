-- What readers ask for most. Positions order all rows of one buyer: it lives in one partition of a generation.

CREATE VIEW IF NOT EXISTS buyers_now AS
SELECT buyer_id, country, sector, name, grade, pd, points, economic, political, commercial, financing, reasons, model, scored_at, position,
    score_record
FROM
(
    SELECT i.buyer_id AS buyer_id,
        argMaxIf(i.country, tuple(i.log_generation, i.log_offset, i.seq), i.country != '') AS country,
        argMaxIf(i.sector, tuple(i.log_generation, i.log_offset, i.seq), i.sector != '') AS sector,
        argMaxIf(i.source, tuple(i.log_generation, i.log_offset, i.seq), i.source != '') AS words_source,
        argMaxIf(i.grade, tuple(i.log_generation, i.log_offset, i.seq), i.grade > 0) AS grade,
        argMaxIf(i.pd, tuple(i.log_generation, i.log_offset, i.seq), i.grade > 0) AS pd,
        argMaxIf(i.points, tuple(i.log_generation, i.log_offset, i.seq), i.grade > 0) AS points,
        argMaxIf(i.economic, tuple(i.log_generation, i.log_offset, i.seq), i.grade > 0) AS economic,
        argMaxIf(i.political, tuple(i.log_generation, i.log_offset, i.seq), i.grade > 0) AS political,
        argMaxIf(i.commercial, tuple(i.log_generation, i.log_offset, i.seq), i.grade > 0) AS commercial,
        argMaxIf(i.financing, tuple(i.log_generation, i.log_offset, i.seq), i.grade > 0) AS financing,
        argMaxIf(i.reasons, tuple(i.log_generation, i.log_offset, i.seq), i.grade > 0) AS reasons,
        argMaxIf(i.model, tuple(i.log_generation, i.log_offset, i.seq), i.grade > 0) AS model,
        argMaxIf(i.at, tuple(i.log_generation, i.log_offset, i.seq), i.grade > 0) AS scored_at,
        argMaxIf(i.position_in, tuple(i.log_generation, i.log_offset, i.seq), i.grade > 0) AS position,
        argMaxIf(i.record, tuple(i.log_generation, i.log_offset, i.seq), i.grade > 0) AS score_record
    FROM
    (
        SELECT buyer_id, toString(country) AS country, toString(sector) AS sector, source, log_generation, log_offset, seq, at,
            toUInt8(0) AS grade, toDecimal32(0, 6) AS pd, toDecimal64(0, 3) AS points, toUInt8(0) AS economic,
            toUInt8(0) AS political, toUInt8(0) AS commercial, toUInt8(0) AS financing, emptyArrayString() AS reasons, '' AS model,
            '' AS position_in, '' AS record
        FROM buyers
        UNION ALL
        SELECT buyer_id, toString(country), toString(sector), texts_source, log_generation, log_offset, seq, at,
            grade, pd, points, economic, political, commercial, financing, CAST(reasons, 'Array(String)'), toString(model),
            concat(toString(log_generation), '-', toString(log_partition), '-', toString(log_offset), '-', toString(seq)), record
        FROM scores
    ) AS i
    GROUP BY buyer_id
) AS b
LEFT JOIN (SELECT source, argMax(JSONExtractString(words, 'name'), version) AS name FROM texts GROUP BY source) AS t
    ON t.source = b.words_source
COMMENT 'Buyers as they are now, with their newest score';

CREATE VIEW IF NOT EXISTS limits_now AS
SELECT policy_id, buyer_id, newest.1 AS holder_id, newest.2 AS code, newest.3 AS requested, newest.4 AS granted, newest.5 AS previous,
    newest.6 AS currency, newest.7 AS reason, newest.8 AS reason_text, newest.9 AS effective_on, newest.10 AS valid_until,
    newest.11 AS buyer_grade, newest.12 AS overhang, newest.13 AS decided_at, newest.14 AS record,
    concat(toString(place.1), '-', toString(newest.15), '-', toString(place.2), '-', toString(place.3)) AS position
FROM
(
    SELECT l.policy_id AS policy_id, l.buyer_id AS buyer_id,
        argMax(tuple(l.holder_id, l.code, l.requested, l.granted, l.previous, l.currency, l.reason, l.reason_text, l.effective_on,
            l.valid_until, l.buyer_grade, l.overhang, l.at, l.record, l.log_partition), tuple(l.log_generation, l.log_offset, l.seq)) AS newest,
        max(tuple(l.log_generation, l.log_offset, l.seq)) AS place
    FROM limits AS l
    GROUP BY policy_id, buyer_id
)
COMMENT 'The newest limit decision of each policy and buyer';

CREATE VIEW IF NOT EXISTS grade_migration AS
SELECT toStartOfMonth(at) AS month, previous_grade AS from_grade, grade AS to_grade, count() AS changes
FROM scores FINAL
WHERE previous_grade > 0 AND previous_grade != grade
GROUP BY month, from_grade, to_grade
COMMENT 'How many buyers moved from one grade to another, by month';

CREATE VIEW IF NOT EXISTS barometer_daily AS
SELECT f.holder_id AS holder_id, f.policy_id AS policy_id, f.day AS day, f.currency AS currency, sum(f.granted) AS exposure,
    if(exposure = 0, 0, sum(toFloat64(f.granted) * toFloat64(f.buyer_pd)) / toFloat64(exposure)) AS pd,
    sum(CAST(f.granted * f.buyer_pd, 'Decimal(38, 4)')) AS expected_loss, count() AS limits_in_force,
    arrayMap(g -> countEqual(groupArray(f.grade), g), range(1, 11)) AS buyers_by_grade
FROM
(
    SELECT l.holder_id AS holder_id, l.policy_id AS policy_id, l.currency AS currency, l.day AS day, l.granted AS granted,
        s.pd AS buyer_pd, s.grade AS grade
    FROM
    (
        SELECT policy_id, buyer_id, day, argMax(holder_id, place) AS holder_id, argMax(currency, place) AS currency,
            argMax(granted, place) AS granted
        FROM
        (
            SELECT policy_id, buyer_id, holder_id, currency, granted, tuple(log_generation, log_offset, seq) AS place,
                arrayJoin(arrayMap(d -> toDate(d), range(toUInt32(toDate(at)), toUInt32((SELECT toDate(max(at)) FROM progress)) + 1))) AS day
            FROM limits
        )
        GROUP BY policy_id, buyer_id, day
    ) AS l
    ASOF LEFT JOIN (SELECT buyer_id, toDate(at) AS day, argMax(pd, tuple(log_generation, log_offset, seq)) AS pd,
        argMax(grade, tuple(log_generation, log_offset, seq)) AS grade FROM scores GROUP BY buyer_id, day) AS s
        ON s.buyer_id = l.buyer_id AND s.day <= l.day
    WHERE l.granted > 0
) AS f
GROUP BY holder_id, policy_id, day, currency
COMMENT 'The barometer of a portfolio, by holder, policy and day: exposure-weighted probability of default, expected loss, grades';
