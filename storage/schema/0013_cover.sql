-- Cover once more: why there is none, where the policy has ended, or all that was delivered that day is in dispute or was not reported by its
-- notification deadline. What is asked of the tables is three values, worked out before the rest is analysed, which takes half the time
-- that joins took.

ALTER TABLE limits MODIFY COLUMN settles Bool ALIAS NOT on_delivery AND code NOT IN ('still_investigating', 'preliminary', 'not_approved', 'suspended', 'resumed', 'binding_order', 'discretionary', 'cover_lost', 'cover_restored')
    COMMENT 'Says what the limit is from its effective day on; other decisions leave it as it is';

ALTER TABLE limits MODIFY COLUMN beside Bool ALIAS code IN ('suspended', 'resumed', 'binding_order', 'cover_lost', 'cover_restored')
    COMMENT 'About cover beside the limit: a stop for new deliveries, an order that binds, or the loss of one delivery''s cover';

CREATE OR REPLACE VIEW cover AS
WITH
    (
        SELECT tuple(countIf(settles), countIf(code = 'not_approved' AND request_kind != 'preliminary'),
            argMaxIf(tuple(granted, currency, valid_until, position), place, settles), argMaxIf(tuple(code, position), place, code IN ('suspended', 'resumed')),
            argMaxIf(tuple(granted, currency, position), place, code = 'discretionary'),
            groupUniqArrayIf(tuple(place, currency, granted, position), code = 'binding_order' AND valid_until >= toDate32({delivered_on:Date32})),
            arraySort(groupUniqArrayIf(tuple(place, substring(conditions[1], 9), code = 'cover_lost'), code IN ('cover_lost', 'cover_restored') AND effective_on = toDate32({delivered_on:Date32}))))
        FROM
        (
            SELECT code, request_kind, granted, toString(currency) AS currency, valid_until, effective_on, conditions, settles, tuple(log_generation, log_offset, seq) AS place,
                concat(toString(log_generation), '-', toString(log_partition), '-', toString(log_offset), '-', toString(seq)) AS position
            FROM limits
            WHERE policy_id = {policy:String} AND buyer_id = {buyer:String} AND at <= {known_at:DateTime64(3, 'UTC')} AND effective_on <= toDate32({delivered_on:Date32})
        )
    ) AS decided,
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
    if(decided.4.1 = 'suspended', decided.4.2, '') AS stopped_by, decided.5 AS at_will, arrayReverseSort(decided.6) AS orders,
    arrayFilter(i -> arrayLast(x -> x.2 = i, decided.7).3, arrayDistinct(arrayMap(x -> x.2, decided.7))) AS lost,
    agreed.1 AS versions, agreed.2 AS terms
SELECT {policy:String} AS policy_id, {buyer:String} AS buyer_id, toDate32({delivered_on:Date32}) AS delivered_on, {known_at:DateTime64(3, 'UTC')} AS known_at,
    settled = 0 AND refused = 0 AND at_will.1 > 0 AS discretionary,
    isNotNull(terms.3) AND terms.3 < toDate32({delivered_on:Date32}) AS ended, shipped.1 AS delivered, shipped.2 AS in_dispute, lost AS late,
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
