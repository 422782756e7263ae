-- What readers ask for most. Positions order all rows of one buyer: it lives in one partition of a generation.

CREATE VIEW IF NOT EXISTS buyers_now AS
SELECT buyer_id, country, sector, name, grade, pd, points, economic, political, commercial, financing, reasons, model, scored_at, position,
    score_record
FROM
(
    SELECT buyer_id,
        argMaxIf(country, tuple(log_generation, log_offset, seq), country != '') AS country,
        argMaxIf(sector, tuple(log_generation, log_offset, seq), sector != '') AS sector,
        argMaxIf(source, tuple(log_generation, log_offset, seq), source != '') AS words_source,
        argMaxIf(grade, tuple(log_generation, log_offset, seq), grade > 0) AS grade,
        argMaxIf(pd, tuple(log_generation, log_offset, seq), grade_in > 0) AS pd,
        argMaxIf(points, tuple(log_generation, log_offset, seq), grade_in > 0) AS points,
        argMaxIf(economic, tuple(log_generation, log_offset, seq), grade_in > 0) AS economic,
        argMaxIf(political, tuple(log_generation, log_offset, seq), grade_in > 0) AS political,
        argMaxIf(commercial, tuple(log_generation, log_offset, seq), grade_in > 0) AS commercial,
        argMaxIf(financing, tuple(log_generation, log_offset, seq), grade_in > 0) AS financing,
        argMaxIf(reasons, tuple(log_generation, log_offset, seq), grade_in > 0) AS reasons,
        argMaxIf(model, tuple(log_generation, log_offset, seq), grade_in > 0) AS model,
        argMaxIf(at, tuple(log_generation, log_offset, seq), grade_in > 0) AS scored_at,
        argMaxIf(position_in, tuple(log_generation, log_offset, seq), grade_in > 0) AS position,
        argMaxIf(record, tuple(log_generation, log_offset, seq), grade_in > 0) AS score_record
    FROM
    (
        SELECT buyer_id, toString(country) AS country, toString(sector) AS sector, source, log_generation, log_offset, seq, at,
            toUInt8(0) AS grade, toUInt8(0) AS grade_in, toDecimal32(0, 6) AS pd, toDecimal64(0, 3) AS points, toUInt8(0) AS economic,
            toUInt8(0) AS political, toUInt8(0) AS commercial, toUInt8(0) AS financing, emptyArrayString() AS reasons, '' AS model,
            '' AS position_in, '' AS record
        FROM buyers
        UNION ALL
        SELECT buyer_id, toString(country), toString(sector), texts_source, log_generation, log_offset, seq, at,
            grade, grade, pd, points, economic, political, commercial, financing, CAST(reasons, 'Array(String)'), toString(model),
            concat(toString(log_generation), '-', toString(log_partition), '-', toString(log_offset), '-', toString(seq)), record
        FROM scores
    )
    GROUP BY buyer_id
) AS b
LEFT JOIN (SELECT source, argMax(JSONExtractString(words, 'name'), version) AS name FROM texts GROUP BY source) AS t
    ON t.source = b.words_source
COMMENT 'Buyers as they are now, with their newest score';

CREATE VIEW IF NOT EXISTS limits_now AS
SELECT policy_id, buyer_id,
    argMax(tuple(holder_id, code, requested, granted, previous, currency, reason, reason_text, effective_on, valid_until, buyer_grade,
        overhang, at, record, log_partition), tuple(log_generation, log_offset, seq)) AS newest,
    max(tuple(log_generation, log_offset, seq)) AS place,
    newest.1 AS holder_id, newest.2 AS code, newest.3 AS requested, newest.4 AS granted, newest.5 AS previous, newest.6 AS currency,
    newest.7 AS reason, newest.8 AS reason_text, newest.9 AS effective_on, newest.10 AS valid_until, newest.11 AS buyer_grade,
    newest.12 AS overhang, newest.13 AS decided_at, newest.14 AS record,
    concat(toString(place.1), '-', toString(newest.15), '-', toString(place.2), '-', toString(place.3)) AS position
FROM limits
GROUP BY policy_id, buyer_id
COMMENT 'The newest limit decision of each policy and buyer';

CREATE VIEW IF NOT EXISTS grade_migration AS
SELECT toStartOfMonth(at) AS month, previous_grade AS from_grade, grade AS to_grade, count() AS changes
FROM scores FINAL
WHERE previous_grade > 0 AND previous_grade != grade
GROUP BY month, from_grade, to_grade
COMMENT 'How many buyers moved from one grade to another, by month';

CREATE VIEW IF NOT EXISTS barometer_daily AS
SELECT holder_id, policy_id, day, currency, sum(granted) AS exposure,
    if(exposure = 0, 0, sum(toFloat64(granted) * toFloat64(pd)) / toFloat64(exposure)) AS pd,
    sum(CAST(granted * pd, 'Decimal(38, 4)')) AS expected_loss, count() AS limits_in_force,
    arrayMap(g -> countEqual(groupArray(grade), g), range(1, 11)) AS buyers_by_grade
FROM
(
    SELECT l.holder_id AS holder_id, l.policy_id AS policy_id, l.currency AS currency, l.day AS day, l.granted AS granted, s.pd AS pd,
        s.grade AS grade
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
)
GROUP BY holder_id, policy_id, day, currency
COMMENT 'The barometer of a portfolio, by holder, policy and day: exposure-weighted probability of default, expected loss, grades';
