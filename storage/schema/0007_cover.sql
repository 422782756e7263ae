-- Was a delivery covered, by what was known then? Both axes: in force on the day of the delivery, as known at a moment.

CREATE VIEW IF NOT EXISTS cover AS
SELECT {policy:String} AS policy_id, {buyer:String} AS buyer_id, toDate32({delivered_on:Date32}) AS delivered_on, {known_at:DateTime64(3, 'UTC')} AS known_at,
    multiIf(versions = 0, 'no_policy', settled = 0 AND refused > 0, 'refused', settled = 0, 'no_limit',
        isNotNull(last_day) AND last_day < delivered_on, 'expired', amount = 0, 'cancelled', '') AS reason,
    if(reason = '', amount, toDecimal128(0, 4)) AS covered_up_to,
    if(settled > 0, limit_currency, policy_currency) AS currency,
    if(versions > 0, terms_percentage, toDecimal32(0, 4)) AS insured_percentage,
    if(settled > 0, concat(toString(place.1), '-', toString(limit_partition), '-', toString(place.2), '-', toString(place.3)), '') AS decision
FROM
(
    SELECT countIf(effective_on <= toDate32({delivered_on:Date32}) AND code NOT IN ('still_investigating', 'preliminary', 'not_approved')) AS settled,
        countIf(code = 'not_approved') AS refused,
        argMaxIf(tuple(granted, currency, valid_until, log_partition), tuple(log_generation, log_offset, seq),
            effective_on <= toDate32({delivered_on:Date32}) AND code NOT IN ('still_investigating', 'preliminary', 'not_approved')) AS newest,
        maxIf(tuple(log_generation, log_offset, seq),
            effective_on <= toDate32({delivered_on:Date32}) AND code NOT IN ('still_investigating', 'preliminary', 'not_approved')) AS place,
        newest.1 AS amount, toString(newest.2) AS limit_currency, newest.3 AS last_day, newest.4 AS limit_partition
    FROM limits
    WHERE policy_id = {policy:String} AND buyer_id = {buyer:String} AND at <= {known_at:DateTime64(3, 'UTC')}
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
