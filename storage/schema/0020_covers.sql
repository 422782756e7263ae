-- What is covered beside limits, or in spite of them, has decisions and a table of its own. limits has what is decided on limits alone, and
-- effective_on says which of that sets the limit: it is null where the limit stays what it is.

CREATE TABLE IF NOT EXISTS covers (
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
    code LowCardinality(String) COMMENT 'suspended: deliveries are not covered meanwhile; resumed: they are again; binding_order: an order stays covered; discretionary: what may be delivered without a limit; forfeited: one delivery was not reported by its notification deadline; restored: it was in time after all',
    invoice_id String COMMENT 'forfeited and restored: the invoice; empty: one that was open before deliveries were followed',
    order_id String COMMENT 'binding_order: the order',
    delivered_on Nullable(Date32) COMMENT 'forfeited and restored: when it was delivered',
    was Decimal(38, 4) COMMENT 'Covered before: of new deliveries, of the order or of the one delivery',
    now Decimal(38, 4) COMMENT 'Covered now',
    limit_in_force Decimal(38, 4) COMMENT 'Limit in force on the day of the decision, which stays what it is',
    currency LowCardinality(String) COMMENT 'ISO 4217 currency of the amounts',
    from_on Date32 COMMENT 'Deliveries from this day on are concerned',
    to_on Nullable(Date32) COMMENT 'Deliveries up to this day are concerned, null: no end',
    reason UInt32 COMMENT 'Reason code (RECECO 4509), 0: none',
    reason_text LowCardinality(String) COMMENT 'Reason in the public vocabulary',
    evidence Array(String) COMMENT 'Invoices: overdue ones of a suspension, paid ones of a discretionary limit',
    texts_source String COMMENT 'Source record whose words name the buyer; key of texts',
    record_bytes String MATERIALIZED '' COMMENT 'The decision as published on risk.decisions (Protobuf, decision.proto); SELECT * leaves it out' CODEC(ZSTD(1)),
    record String ALIAS hex(record_bytes) COMMENT 'The decision as published on risk.decisions (Protobuf, decision.proto), hexadecimal; SELECT * leaves it out'
) ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(at)
ORDER BY (policy_id, buyer_id, log_generation, log_partition, log_offset, seq)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'Changes of what is covered beside limits, or in spite of them (cover.changed); the limit stays what it is';

ALTER TABLE limits MODIFY COLUMN effective_on Nullable(Date32) COMMENT 'From this day on granted is the limit; null: the limit stays what it is, or until the day of on_delivery is known';

CREATE OR REPLACE VIEW cover AS
WITH
    (
        SELECT tuple(countIf(holds), countIf(code = 'not_approved' AND request_kind != 'preliminary' AND toDate32(at) <= toDate32({delivered_on:Date32})),
            argMaxIf(tuple(granted, currency, valid_until, position), place, holds))
        FROM
        (
            SELECT code, request_kind, granted, toString(currency) AS currency, valid_until, at, ifNull(effective_on <= toDate32({delivered_on:Date32}), false) AS holds,
                tuple(log_generation, log_offset, seq) AS place,
                concat(toString(log_generation), '-', toString(log_partition), '-', toString(log_offset), '-', toString(seq)) AS position
            FROM limits
            WHERE policy_id = {policy:String} AND buyer_id = {buyer:String} AND at <= {known_at:DateTime64(3, 'UTC')}
        )
    ) AS decided,
    (
        SELECT tuple(argMaxIf(tuple(code, position), place, code IN ('suspended', 'resumed')), argMaxIf(tuple(now, currency, position), place, code = 'discretionary'),
            groupUniqArrayIf(tuple(place, currency, now, position), code = 'binding_order'),
            arraySort(groupUniqArrayIf(tuple(place, invoice_id, code = 'forfeited'), code IN ('forfeited', 'restored'))))
        FROM
        (
            SELECT code, now, toString(currency) AS currency, invoice_id, tuple(log_generation, log_offset, seq) AS place,
                concat(toString(log_generation), '-', toString(log_partition), '-', toString(log_offset), '-', toString(seq)) AS position
            FROM covers
            WHERE policy_id = {policy:String} AND buyer_id = {buyer:String} AND at <= {known_at:DateTime64(3, 'UTC')} AND from_on <= toDate32({delivered_on:Date32})
                AND ifNull(to_on >= toDate32({delivered_on:Date32}), true)
        )
    ) AS changed,
    (
        SELECT tuple(count(), argMax(tuple(insured_percentage, toString(currency), period_to), tuple(effective_on, log_generation, log_offset)))
        FROM policies
        WHERE policy_id = {policy:String} AND at <= {known_at:DateTime64(3, 'UTC')} AND effective_on <= toDate32({delivered_on:Date32})
    ) AS agreed,
    (
        SELECT tuple(arraySort(groupArray(invoice_id)), arraySort(groupArrayIf(invoice_id, in_dispute)))
        FROM
        (
            SELECT invoice_id, countIf(type = 'invoice.issued' AND delivered_on = toDate32({delivered_on:Date32})) AS issued,
                argMaxIf(disputed, tuple(log_generation, log_offset), type = 'invoice.disputed') AS in_dispute
            FROM payments
            WHERE buyer_id = {buyer:String} AND policy_id = {policy:String} AND at <= {known_at:DateTime64(3, 'UTC')} AND type IN ('invoice.issued', 'invoice.disputed')
                AND (log_generation, log_partition, log_offset) NOT IN (SELECT log_generation, log_partition, log_offset FROM rejections WHERE buyer_id = {buyer:String})
            GROUP BY invoice_id
            HAVING issued > 0
        )
    ) AS shipped,
    decided.1 AS settled, decided.2 AS refused, decided.3.1 AS amount, decided.3.2 AS limit_currency, decided.3.3 AS last_day, decided.3.4 AS limited_by,
    if(changed.1.1 = 'suspended', changed.1.2, '') AS stopped_by, changed.2 AS at_will, arrayReverseSort(changed.3) AS orders,
    arrayFilter(i -> arrayLast(x -> x.2 = i, changed.4).3, arrayDistinct(arrayMap(x -> x.2, changed.4))) AS forfeited,
    agreed.1 AS versions, agreed.2 AS terms
SELECT {policy:String} AS policy_id, {buyer:String} AS buyer_id, toDate32({delivered_on:Date32}) AS delivered_on, {known_at:DateTime64(3, 'UTC')} AS known_at,
    settled = 0 AND refused = 0 AND at_will.1 > 0 AS discretionary,
    isNotNull(terms.3) AND terms.3 < toDate32({delivered_on:Date32}) AS ended, shipped.1 AS delivered, shipped.2 AS in_dispute, forfeited AS late,
    multiIf(settled = 0 AND refused > 0, 'refused', discretionary, '', settled = 0, 'no_limit', isNotNull(last_day) AND last_day < toDate32({delivered_on:Date32}), 'expired',
        amount = 0, 'cancelled', stopped_by != '', 'overdue', '') AS limit_reason,
    multiIf(settled > 0, limit_currency, discretionary, at_will.2, notEmpty(orders), orders[1].2, terms.2) AS currency,
    arraySum(arrayMap(o -> if(o.2 = currency AND versions > 0, o.3, toDecimal128(0, 4)), orders)) AS by_orders,
    multiIf(versions = 0, 'no_policy', ended, 'policy_ended', limit_reason != '' AND by_orders = 0, limit_reason, empty(delivered), '',
        hasAll(late, delivered), 'late_notification', hasAll(arrayConcat(late, in_dispute), delivered), 'dispute', '') AS reason,
    if(reason != '', toDecimal128(0, 4), by_orders + multiIf(limit_reason != '', toDecimal128(0, 4), discretionary, at_will.1, amount)) AS covered_up_to,
    if(versions > 0, terms.1, toDecimal32(0, 4)) AS insured_percentage,
    multiIf(limit_reason = 'overdue' AND by_orders = 0, stopped_by, by_orders > 0 AND limit_reason != '', orders[1].4, settled > 0, limited_by, discretionary, at_will.3, '') AS decision,
    amount AS limit_decided, last_day AS limit_valid_until, limited_by AS limit_decision, stopped_by AS stop_decision, refused > 0 AS was_refused,
    at_will.1 AS discretionary_amount, at_will.2 AS discretionary_currency, at_will.3 AS discretionary_decision,
    arrayMap(o -> o.2, orders) AS order_currencies, arrayMap(o -> o.3, orders) AS order_amounts, arrayMap(o -> o.4, orders) AS order_decisions
COMMENT 'Cover for a delivery, as in force on its day and known at a moment: cover(policy = …, buyer = …, delivered_on = …, known_at = …); reason says why there is none';

CREATE OR REPLACE VIEW limits_on AS
SELECT policy_id, buyer_id, toDate32({day:Date32}) AS day, newest.1 AS holder_id, newest.2 AS code, newest.3 AS granted, newest.4 AS currency,
    newest.5 AS effective_on, newest.6 AS valid_until, newest.7 AS decided_at, hex(newest.8) AS record,
    concat(toString(place.1), '-', toString(newest.9), '-', toString(place.2), '-', toString(place.3)) AS position
FROM
(
    SELECT l.policy_id AS policy_id, l.buyer_id AS buyer_id,
        argMax(tuple(l.holder_id, l.code, l.granted, l.currency, l.effective_on, l.valid_until, l.at, l.record_bytes, l.log_partition),
            tuple(l.log_generation, l.log_offset, l.seq)) AS newest,
        max(tuple(l.log_generation, l.log_offset, l.seq)) AS place
    FROM limits AS l
    WHERE l.effective_on <= toDate32({day:Date32})
    GROUP BY policy_id, buyer_id
)
WHERE granted > 0 AND (isNull(valid_until) OR valid_until >= day)
COMMENT 'The limits in force on a day, as known now, whether or not cover is suspended: limits_on(day = …)';

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
                WHERE log_partition >= {low:UInt32} AND log_partition <= {high:UInt32} AND buyer_id != '' AND isNotNull(effective_on)
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

CREATE OR REPLACE VIEW limits_now AS
SELECT policy_id, buyer_id, base.1 AS holder_id, base.2 AS code, base.3 AS requested,
    if(settled > 0 AND NOT ifNull(base.10 < today, false), base.4, toDecimal128(0, 4)) AS granted, base.5 AS previous, base.6 AS currency,
    base.7 AS reason, base.8 AS reason_text, base.9 AS effective_on, base.10 AS valid_until, base.11 AS buyer_grade, base.12 AS overhang,
    base.13 AS decided_at, hex(base.14) AS record, base.15 AS position,
    if(is_planned, toNullable(next.4), NULL) AS planned, if(empty(dated), NULL, next.9) AS planned_from, if(is_planned, next.2, '') AS planned_code,
    if(is_planned, next.7, toUInt32(0)) AS planned_reason, if(is_planned, next.8, '') AS planned_reason_text, if(is_planned, next.15, '') AS planned_position,
    if(is_planned, hex(next.14), '') AS planned_record,
    answer.16 AS last_request, answer.17 AS last_kind, answer.3 AS last_requested, answer.4 AS last_granted, answer.2 AS last_code,
    answer.7 AS last_reason, answer.8 AS last_reason_text, answer.13 AS last_decided_at, answer.15 AS last_position, hex(answer.14) AS last_record,
    settled > 0 AS decided
FROM
(
    SELECT policy_id, buyer_id, today, settled, answer, if(settled > 0, made, newest) AS base,
        arraySort(x -> tuple(x.2, -toInt64(x.1.1), -x.1.2, -toInt64(x.1.3)), arrayFilter(x -> x.1 > made_at, later)) AS dated,
        arrayReverseSort(x -> x.1, arrayFilter(x -> NOT arrayExists(s -> s.1 > x.1 AND NOT (s.2 AND s.3 > x.2), settling), served)) AS undated,
        notEmpty(dated) OR notEmpty(undated) AS is_planned, if(notEmpty(dated), dated[1].3, undated[1].3) AS next
    FROM
    (
        SELECT policy_id, buyer_id, max(day) AS today, countIf(begun) AS settled,
            argMax(d, place) AS newest, argMaxIf(d, place, begun) AS made, maxIf(place, begun) AS made_at,
            argMaxIf(d, place, d.16 != '') AS answer,
            groupArrayIf(tuple(place, from_on, d), has_day AND NOT begun) AS later,
            groupArrayIf(tuple(place, granted, d), on_delivery) AS served,
            groupArrayIf(tuple(place, trigger_kind IN ('notice.delivered', 'notice.served'), granted), has_day) AS settling
        FROM
        (
            SELECT policy_id, buyer_id, isNotNull(effective_on) AS has_day, ifNull(effective_on, toDate32(0)) AS from_on, has_day AND from_on <= day AS begun, granted, on_delivery,
                toString(trigger_kind) AS trigger_kind, (SELECT toDate32(max(at)) FROM progress) AS day, tuple(log_generation, log_offset, seq) AS place,
                tuple(holder_id, toString(code), requested, granted, previous, toString(currency), reason, toString(reason_text), effective_on,
                    valid_until, buyer_grade, overhang, at, record_bytes, concat(toString(log_generation), '-', toString(log_partition), '-', toString(log_offset),
                    '-', toString(seq)), request_id, toString(request_kind)) AS d
            FROM limits
            WHERE buyer_id != '' AND code != 'preliminary' AND request_kind != 'preliminary'
            UNION ALL
            SELECT policy_id, buyer_id, false, toDate32(0), false, now, false, '', toDate32(0), tuple(log_generation, log_offset, seq),
                tuple(holder_id, toString(code), toDecimal128(0, 4), now, was, toString(currency), reason, toString(reason_text), toNullable(from_on), to_on, toUInt8(0), toDecimal128(0, 2),
                    at, record_bytes, concat(toString(log_generation), '-', toString(log_partition), '-', toString(log_offset), '-', toString(seq)), '', '')
            FROM covers
            WHERE code = 'discretionary'
        )
        GROUP BY policy_id, buyer_id
    )
)
COMMENT 'The limit of each policy and buyer now, by log time: what is in force and the decision that made it, what is planned, and apart from both the last request''s answer';

ALTER TABLE limits_now COMMENT COLUMN policy_id 'Policy', COMMENT COLUMN buyer_id 'Buyer', COMMENT COLUMN holder_id 'Policyholder',
    COMMENT COLUMN code 'Of the decision that made what is in force; where none ever was, of the newest decision, which may be on the discretionary limit',
    COMMENT COLUMN requested 'Amount that was requested then', COMMENT COLUMN granted 'In force now; 0: nothing, or no longer',
    COMMENT COLUMN previous 'Amount granted before that decision', COMMENT COLUMN currency 'ISO 4217 currency of the amounts',
    COMMENT COLUMN reason 'Reason code of that decision (RECECO 4509), 0: none', COMMENT COLUMN reason_text 'Its reason in the public vocabulary',
    COMMENT COLUMN effective_on 'In force from', COMMENT COLUMN valid_until 'In force until, null: no end',
    COMMENT COLUMN buyer_grade 'Grade of the buyer at that decision', COMMENT COLUMN overhang 'Euros by which the limits in use exceeded the capacity at that decision',
    COMMENT COLUMN decided_at 'Log time of that decision', COMMENT COLUMN record 'That decision as published on risk.decisions (Protobuf, decision.proto), hexadecimal',
    COMMENT COLUMN position 'Position of that decision',
    COMMENT COLUMN planned 'What the limit becomes next; null: nothing is planned',
    COMMENT COLUMN planned_from 'From this day on; null where planned is not: when its policyholder has had notice, and the days of notice are over',
    COMMENT COLUMN planned_code 'Code of the decision that planned it', COMMENT COLUMN planned_reason 'Its reason code (RECECO 4509), 0: none',
    COMMENT COLUMN planned_reason_text 'Its reason in the public vocabulary', COMMENT COLUMN planned_position 'Its position',
    COMMENT COLUMN planned_record 'It as published on risk.decisions (Protobuf, decision.proto), hexadecimal',
    COMMENT COLUMN last_request 'The request that was answered last, preliminary ones apart; empty: none', COMMENT COLUMN last_kind 'Its kind',
    COMMENT COLUMN last_requested 'Amount that it wanted', COMMENT COLUMN last_granted 'Amount that its answer granted', COMMENT COLUMN last_code 'Its answer (RECECO 4507)',
    COMMENT COLUMN last_reason 'Reason code of the answer (RECECO 4509), 0: none', COMMENT COLUMN last_reason_text 'Its reason in the public vocabulary',
    COMMENT COLUMN last_decided_at 'Log time of the answer', COMMENT COLUMN last_position 'Position of the answer',
    COMMENT COLUMN last_record 'The answer as published on risk.decisions (Protobuf, decision.proto), hexadecimal',
    COMMENT COLUMN decided 'There is, or was, a limit; false: requests were not granted yet';

ALTER TABLE limits DROP COLUMN IF EXISTS settles;

ALTER TABLE limits DROP COLUMN IF EXISTS beside;
