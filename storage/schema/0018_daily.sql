-- The barometer of a portfolio by day, from a table that the sink keeps: days that are over are summed once (doc.go of package storage),
-- only those since are worked out when somebody asks.

CREATE TABLE IF NOT EXISTS models (
    log_generation UInt32 COMMENT 'Generation of the log',
    log_partition UInt32 COMMENT 'Partition of the log',
    log_offset Int64 COMMENT 'Offset of the log record whose step this row comes from',
    seq UInt32 COMMENT 'Number of the decision within its step; 0 for an input',
    at DateTime64(3, 'UTC') COMMENT 'Log time',
    version LowCardinality(String) COMMENT 'Version of the model, as in scores and limits',
    sha256 String COMMENT 'SHA-256 of the model file, hexadecimal',
    loss_given_default Decimal(9, 6) COMMENT 'Share of an exposure that a default costs',
    grade_pd Array(Decimal(9, 6)) COMMENT 'Probability of default within a year of grades 1 to 8'
) ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(at)
ORDER BY (version, log_generation, log_partition, log_offset, seq)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'Models that a log was opened with or that were activated, a row per partition';

CREATE TABLE IF NOT EXISTS portfolio_days (
    log_generation UInt32 COMMENT 'Generation of the log',
    log_partition UInt32 COMMENT 'Partition of the log whose buyers these are: add up over partitions',
    holder_id String COMMENT 'Policyholder',
    policy_id String COMMENT 'Policy',
    day Date COMMENT 'Day, by log time',
    currency LowCardinality(String) COMMENT 'ISO 4217 currency of the amounts',
    exposure Decimal(38, 4) COMMENT 'Limits in force at the end of the day',
    weighted Decimal(76, 10) COMMENT 'Limits times probabilities of default, added up',
    loss Decimal(76, 16) COMMENT 'Limits times probabilities of default times loss given default, each by the model of its score, added up',
    limits_in_force UInt64 COMMENT 'How many limits are in force',
    buyers_by_grade Array(UInt64) COMMENT 'How many of them by grade, 1 to 10',
    exposure_by_grade Array(Decimal(38, 4)) COMMENT 'Limits in force by grade, 1 to 10',
    largest Decimal(38, 4) COMMENT 'The largest limit',
    squares Decimal(76, 8) COMMENT 'Squares of the limits, added up'
) ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(day)
ORDER BY (policy_id, day, currency, holder_id, log_generation, log_partition)
COMMENT 'Portfolios at the end of each day, per partition of the log; view barometer_daily adds them up';

CREATE TABLE IF NOT EXISTS days_summed (
    name LowCardinality(String) COMMENT 'Table that is kept by day',
    log_generation UInt32 COMMENT 'Generation of the log',
    log_partition UInt32 COMMENT 'Partition of the log',
    last_day Date COMMENT 'It holds all days up to this one'
) ENGINE = ReplacingMergeTree(last_day)
ORDER BY (name, log_generation, log_partition)
COMMENT 'How far tables that are kept by day are';

CREATE OR REPLACE VIEW portfolio_sums AS
SELECT f.holder_id AS holder_id, f.policy_id AS policy_id, f.day AS day, f.currency AS currency, sum(f.granted) AS exposure,
    sum(toDecimal256(f.granted, 4) * toDecimal256(f.pd, 6)) AS weighted,
    sum(toDecimal256(f.granted, 4) * toDecimal256(f.pd, 6) * toDecimal256(f.given_default, 6)) AS loss, count() AS limits_in_force,
    sumForEach(arrayMap(g -> toUInt64(g = f.grade), range(1, 11))) AS buyers_by_grade,
    sumForEach(arrayMap(g -> if(g = f.grade, f.granted, toDecimal128(0, 4)), range(1, 11))) AS exposure_by_grade,
    max(f.granted) AS largest, sum(toDecimal256(f.granted, 4) * toDecimal256(f.granted, 4)) AS squares
FROM
(
    SELECT l.holder_id AS holder_id, l.policy_id AS policy_id, l.currency AS currency, l.day AS day, l.granted AS granted,
        s.pd AS pd, s.grade AS grade, m.given_default AS given_default
    FROM
    (
        SELECT policy_id, buyer_id, day, argMax(terms.1, place) AS holder_id, argMax(terms.2, place) AS currency,
            argMax(if(isNotNull(terms.4) AND terms.4 < day, toDecimal128(0, 4), terms.3), place) AS granted
        FROM
        (
            SELECT policy_id, buyer_id, terms, place, arrayJoin(arrayMap(d -> toDate(d), range(toUInt32(begins), toUInt32(toDate({to:Date})) + 1))) AS day
            FROM
            (
                SELECT policy_id, buyer_id, toDate(greatest(toDate32(at), ifNull(effective_on, toDate32(at)), toDate32({from:Date}))) AS begins,
                    argMax(tuple(holder_id, currency, granted, valid_until), tuple(log_generation, log_offset, seq)) AS terms,
                    max(tuple(log_generation, log_offset, seq)) AS place
                FROM limits
                WHERE log_partition >= {low:UInt32} AND log_partition <= {high:UInt32} AND buyer_id != '' AND settles
                    AND greatest(toDate32(at), ifNull(effective_on, toDate32(at))) <= toDate32({to:Date})
                GROUP BY policy_id, buyer_id, begins
            )
        )
        GROUP BY policy_id, buyer_id, day
    ) AS l
    ASOF LEFT JOIN
    (
        SELECT buyer_id, day, newest.1 AS pd, newest.2 AS grade, newest.3 AS model
        FROM
        (
            SELECT buyer_id, greatest(toDate(at), toDate({from:Date})) AS day, argMax(tuple(pd, grade, toString(model)), tuple(log_generation, log_offset, seq)) AS newest
            FROM scores
            WHERE log_partition >= {low:UInt32} AND log_partition <= {high:UInt32} AND toDate(at) <= toDate({to:Date})
            GROUP BY buyer_id, day
        )
    ) AS s ON s.buyer_id = l.buyer_id AND s.day <= l.day
    LEFT JOIN (SELECT version, argMax(loss_given_default, tuple(log_generation, log_offset)) AS given_default FROM models GROUP BY version) AS m ON m.version = s.model
    WHERE l.granted > 0
) AS f
GROUP BY holder_id, policy_id, day, currency
COMMENT 'Portfolios at the end of days, worked out from limits, scores and models of some partitions: portfolio_sums(low = …, high = …, from = …, to = …), both ends included';

CREATE OR REPLACE VIEW portfolio_summed AS
SELECT toDate(ifNull(min(d.last_day), toDate(0))) AS last_day, toDate(ifNull(max(p.today), toDate(0))) AS today
FROM
(
    SELECT log_generation, log_partition, toDate(max(at)) AS today FROM progress GROUP BY log_generation, log_partition
) AS p
LEFT JOIN
(
    SELECT log_generation, log_partition, max(last_day) AS last_day FROM days_summed WHERE name = 'portfolio_days' GROUP BY log_generation, log_partition
) AS d ON d.log_generation = p.log_generation AND d.log_partition = p.log_partition
COMMENT 'Up to which day portfolio_days holds those of all partitions, and the day that it is';

ALTER TABLE portfolio_summed COMMENT COLUMN last_day 'portfolio_days holds the days of all partitions up to this one', COMMENT COLUMN today 'Day that it is, by log time';

CREATE OR REPLACE VIEW barometer_daily AS
SELECT d.holder_id AS holder_id, d.policy_id AS policy_id, d.day AS day, d.currency AS currency, sum(d.exposure) AS exposure,
    if(exposure = 0, 0, toFloat64(sum(d.weighted)) / toFloat64(exposure)) AS pd, CAST(sum(d.loss), 'Decimal(38, 4)') AS expected_loss,
    sum(d.limits_in_force) AS limits_in_force, sumForEach(d.buyers_by_grade) AS buyers_by_grade, sumForEach(d.exposure_by_grade) AS exposure_by_grade,
    max(d.largest) AS largest, if(exposure = 0, 0, toFloat64(sum(d.squares)) / (toFloat64(exposure) * toFloat64(exposure))) AS concentration
FROM
(
    SELECT holder_id, policy_id, day, currency, exposure, weighted, loss, limits_in_force, buyers_by_grade, exposure_by_grade, largest, squares
    FROM portfolio_days FINAL
    WHERE day <= (SELECT last_day FROM portfolio_summed)
    UNION ALL
    SELECT holder_id, policy_id, day, currency, exposure, weighted, loss, limits_in_force, buyers_by_grade, exposure_by_grade, largest, squares
    FROM {{database}}.portfolio_sums(low = 0, high = 4294967295, from = (SELECT last_day + 1 FROM portfolio_summed), to = (SELECT today FROM portfolio_summed))
) AS d
GROUP BY holder_id, policy_id, day, currency
COMMENT 'The barometer of a portfolio, by holder, policy, day and currency: exposure in force, its probability of default, expected loss by each score''s model, grades, concentration';

ALTER TABLE barometer_daily COMMENT COLUMN holder_id 'Policyholder', COMMENT COLUMN policy_id 'Policy', COMMENT COLUMN day 'Day, by log time',
    COMMENT COLUMN currency 'ISO 4217 currency of the amounts', COMMENT COLUMN exposure 'Limits in force at the end of the day',
    COMMENT COLUMN pd 'Probability of default within a year, weighted by the limits',
    COMMENT COLUMN expected_loss 'Expected loss of a year, by the loss given default of the model that each score was made with',
    COMMENT COLUMN limits_in_force 'How many limits are in force',
    COMMENT COLUMN buyers_by_grade 'How many of them by grade, 1 to 10', COMMENT COLUMN exposure_by_grade 'Limits in force by grade, 1 to 10',
    COMMENT COLUMN largest 'The largest limit', COMMENT COLUMN concentration 'Herfindahl index, 1: one buyer';
