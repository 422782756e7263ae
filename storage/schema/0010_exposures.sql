-- What policies have delivered and have not been paid for, and what of it is covered while it runs off; and stops of cover.

CREATE TABLE IF NOT EXISTS exposures (
    log_generation UInt32 COMMENT 'Generation of the log',
    log_partition UInt32 COMMENT 'Partition of the log',
    log_offset Int64 COMMENT 'Offset of the log record whose step this row comes from',
    seq UInt32 COMMENT 'Number of the decision within its step; 0 for an input',
    at DateTime64(3, 'UTC') COMMENT 'Log time',
    as_of Date32 COMMENT 'Day that the decision is as of',
    trigger String COMMENT 'Id of the message that caused it, empty: a timer',
    trigger_kind LowCardinality(String) COMMENT 'Kind of that message, or name of the timer',
    policy_id String COMMENT 'Policy',
    buyer_id String COMMENT 'Buyer',
    holder_id String COMMENT 'Policyholder',
    currency LowCardinality(String) COMMENT 'ISO 4217 currency of the amounts',
    outstanding Decimal(38, 4) COMMENT 'Delivered and not paid',
    covered Decimal(38, 4) COMMENT 'Of it: within the limits in force on the days of delivery, or an order that binds',
    in_dispute Decimal(38, 4) COMMENT 'Of what is covered: in dispute, its cover suspended',
    stopped_from Nullable(Date32) COMMENT 'Deliveries from this day on are not covered as an invoice is overdue beyond its maximum extension; null: they are',
    record String COMMENT 'The decision as published on risk.decisions (Protobuf, decision.proto)' CODEC(ZSTD(1))
) ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(at)
ORDER BY (policy_id, buyer_id, log_generation, log_partition, log_offset, seq)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'What policies have outstanding with buyers that they have, or had, a limit on, and what of it is covered: a row for each change';

CREATE VIEW IF NOT EXISTS exposures_now AS
SELECT policy_id, buyer_id, newest.1 AS holder_id, newest.2 AS currency, newest.3 AS outstanding, newest.4 AS covered, newest.5 AS in_dispute,
    newest.6 AS stopped_from, newest.7 AS changed_at
FROM
(
    SELECT policy_id, buyer_id,
        argMax(tuple(holder_id, currency, outstanding, covered, in_dispute, stopped_from, at), tuple(log_generation, log_offset, seq)) AS newest
    FROM exposures
    GROUP BY policy_id, buyer_id
)
COMMENT 'What each policy has outstanding with each buyer now';

ALTER TABLE limits ADD COLUMN IF NOT EXISTS settles Bool ALIAS code NOT IN ('still_investigating', 'preliminary', 'not_approved', 'suspended', 'resumed', 'binding_order', 'discretionary')
    COMMENT 'Says what the limit is from its effective day on; other decisions leave it as it is';

ALTER TABLE limits ADD COLUMN IF NOT EXISTS beside Bool ALIAS code IN ('suspended', 'resumed', 'binding_order')
    COMMENT 'About cover beside the limit: a stop for new deliveries, or an order that binds';

CREATE OR REPLACE VIEW cover AS
SELECT {policy:String} AS policy_id, {buyer:String} AS buyer_id, toDate32({delivered_on:Date32}) AS delivered_on, {known_at:DateTime64(3, 'UTC')} AS known_at,
    settled = 0 AND refused = 0 AND at_will.1 > 0 AS discretionary,
    multiIf(versions = 0, 'no_policy', settled = 0 AND refused > 0, 'refused', discretionary, '', settled = 0, 'no_limit',
        isNotNull(last_day) AND last_day < delivered_on, 'expired', amount = 0, 'cancelled', stop.1 = 'suspended', 'overdue', '') AS limit_reason,
    multiIf(settled > 0, limit_currency, discretionary, toString(at_will.2), notEmpty(orders), toString(orders[1].1), policy_currency) AS currency,
    arraySum(arrayMap(o -> if(o.1 = currency AND versions > 0, o.2, toDecimal128(0, 4)), orders)) AS by_orders,
    if(by_orders > 0, '', limit_reason) AS reason,
    multiIf(limit_reason != '', toDecimal128(0, 4), discretionary, at_will.1, amount) + by_orders AS covered_up_to,
    if(versions > 0, terms_percentage, toDecimal32(0, 4)) AS insured_percentage,
    multiIf(limit_reason = 'overdue' AND by_orders = 0, stopped_by, by_orders > 0 AND limit_reason != '', orders[1].3, settled > 0, limited_by, discretionary, at_will.3, '') AS decision,
    if(settled > 0, amount, toDecimal128(0, 4)) AS limit_decided,
    last_day AS limit_valid_until,
    if(settled > 0, limited_by, '') AS limit_decision,
    if(stop.1 = 'suspended', stopped_by, '') AS stop_decision,
    refused > 0 AS was_refused, at_will.1 AS discretionary_amount, toString(at_will.2) AS discretionary_currency, at_will.3 AS discretionary_decision,
    arrayMap(o -> toString(o.1), orders) AS order_currencies, arrayMap(o -> o.2, orders) AS order_amounts, arrayMap(o -> o.3, orders) AS order_decisions
FROM
(
    SELECT countIf(effective_on <= toDate32({delivered_on:Date32}) AND settles) AS settled,
        countIf(effective_on <= toDate32({delivered_on:Date32}) AND code = 'not_approved' AND request_kind != 'preliminary') AS refused,
        argMaxIf(tuple(granted, currency, valid_until), place, effective_on <= toDate32({delivered_on:Date32}) AND settles) AS newest,
        argMaxIf(position, place, effective_on <= toDate32({delivered_on:Date32}) AND settles) AS limited_by,
        argMaxIf(tuple(code, position), place, effective_on <= toDate32({delivered_on:Date32}) AND code IN ('suspended', 'resumed')) AS stop,
        argMaxIf(tuple(granted, currency, position), place, effective_on <= toDate32({delivered_on:Date32}) AND code = 'discretionary') AS at_will,
        arrayMap(o -> tuple(o.2, o.3, o.4), arrayReverseSort(groupUniqArrayIf(tuple(place, currency, granted, position), code = 'binding_order'
            AND effective_on <= toDate32({delivered_on:Date32}) AND valid_until >= toDate32({delivered_on:Date32})))) AS orders,
        newest.1 AS amount, toString(newest.2) AS limit_currency, newest.3 AS last_day, stop.2 AS stopped_by
    FROM
    (
        SELECT code, request_kind, granted, currency, valid_until, effective_on, settles, tuple(log_generation, log_offset, seq) AS place,
            concat(toString(log_generation), '-', toString(log_partition), '-', toString(log_offset), '-', toString(seq)) AS position
        FROM limits
        WHERE policy_id = {policy:String} AND buyer_id = {buyer:String} AND at <= {known_at:DateTime64(3, 'UTC')}
    )
) AS l
CROSS JOIN
(
    SELECT countIf(effective_on <= toDate32({delivered_on:Date32})) AS versions,
        argMaxIf(tuple(insured_percentage, currency), tuple(effective_on, log_generation, log_offset), effective_on <= toDate32({delivered_on:Date32})) AS terms,
        terms.1 AS terms_percentage, toString(terms.2) AS policy_currency
    FROM policies
    WHERE policy_id = {policy:String} AND at <= {known_at:DateTime64(3, 'UTC')}
) AS p
COMMENT 'Cover for a delivery, as in force on its day and known at a moment: cover(policy = …, buyer = …, delivered_on = …, known_at = …); reason says why there is none';

CREATE OR REPLACE VIEW limits_on AS
SELECT policy_id, buyer_id, toDate32({day:Date32}) AS day, newest.1 AS holder_id, newest.2 AS code, newest.3 AS granted, newest.4 AS currency,
    newest.5 AS effective_on, newest.6 AS valid_until, newest.7 AS decided_at, newest.8 AS record,
    concat(toString(place.1), '-', toString(newest.9), '-', toString(place.2), '-', toString(place.3)) AS position
FROM
(
    SELECT l.policy_id AS policy_id, l.buyer_id AS buyer_id,
        argMax(tuple(l.holder_id, l.code, l.granted, l.currency, l.effective_on, l.valid_until, l.at, l.record, l.log_partition),
            tuple(l.log_generation, l.log_offset, l.seq)) AS newest,
        max(tuple(l.log_generation, l.log_offset, l.seq)) AS place
    FROM limits AS l
    WHERE l.settles AND l.effective_on <= toDate32({day:Date32})
    GROUP BY policy_id, buyer_id
)
WHERE granted > 0 AND (isNull(valid_until) OR valid_until >= day)
COMMENT 'The limits in force on a day, as known now, whether or not cover is stopped: limits_on(day = …)';

CREATE OR REPLACE VIEW barometer_daily AS
SELECT f.holder_id AS holder_id, f.policy_id AS policy_id, f.day AS day, f.currency AS currency, sum(f.granted) AS exposure,
    if(exposure = 0, 0, sum(toFloat64(f.granted) * toFloat64(f.buyer_pd)) / toFloat64(exposure)) AS pd,
    CAST(0.75 * sum(toFloat64(f.granted) * toFloat64(f.buyer_pd)), 'Decimal(38, 4)') AS expected_loss, count() AS limits_in_force,
    arrayMap(g -> countEqual(groupArray(f.grade), g), range(1, 11)) AS buyers_by_grade,
    arrayMap(g -> arraySum(arrayMap((x, y) -> if(x = g, y, toDecimal128(0, 4)), groupArray(f.grade), groupArray(f.granted))), range(1, 11)) AS exposure_by_grade,
    max(f.granted) AS largest,
    sum(toFloat64(f.granted) * toFloat64(f.granted)) / (toFloat64(exposure) * toFloat64(exposure)) AS concentration
FROM
(
    SELECT l.holder_id AS holder_id, l.policy_id AS policy_id, l.currency AS currency, l.day AS day, l.granted AS granted,
        s.pd AS buyer_pd, s.grade AS grade
    FROM
    (
        SELECT policy_id, buyer_id, day, argMax(holder_id, place) AS holder_id, argMax(currency, place) AS currency,
            argMax(if(isNotNull(valid_until) AND valid_until < day, toDecimal128(0, 4), granted), place) AS granted
        FROM
        (
            SELECT policy_id, buyer_id, holder_id, currency, granted, valid_until, tuple(log_generation, log_offset, seq) AS place,
                arrayJoin(arrayMap(d -> toDate(d), range(toUInt32(toDate(greatest(toDate32(at), ifNull(effective_on, toDate32(at))))),
                    toUInt32((SELECT toDate(max(at)) FROM progress)) + 1))) AS day
            FROM limits
            WHERE buyer_id != '' AND settles
        )
        GROUP BY policy_id, buyer_id, day
    ) AS l
    ASOF LEFT JOIN (SELECT buyer_id, toDate(at) AS day, argMax(pd, tuple(log_generation, log_offset, seq)) AS pd,
        argMax(grade, tuple(log_generation, log_offset, seq)) AS grade FROM scores GROUP BY buyer_id, day) AS s
        ON s.buyer_id = l.buyer_id AND s.day <= l.day
    WHERE l.granted > 0
) AS f
GROUP BY holder_id, policy_id, day, currency
COMMENT 'The barometer of a portfolio, by holder, policy, day and currency: exposure in force, its probability of default, expected loss at 75 % given default, grades, concentration (Herfindahl index, 1: one buyer)';

CREATE OR REPLACE VIEW limits_now AS
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
    WHERE l.buyer_id != '' AND NOT l.beside
    GROUP BY policy_id, buyer_id
)
COMMENT 'The newest limit decision of each policy and buyer';

ALTER TABLE macro ADD COLUMN IF NOT EXISTS capped Bool COMMENT 'There is a cap on the limits on the country''s buyers' AFTER model;

ALTER TABLE macro ADD COLUMN IF NOT EXISTS country_cap Decimal(38, 2) COMMENT 'The cap, in euros' AFTER capped;

ALTER TABLE macro ADD COLUMN IF NOT EXISTS country_use Decimal(38, 2) COMMENT 'Euros that limits use of it, as all partitions told it last' AFTER country_cap;
