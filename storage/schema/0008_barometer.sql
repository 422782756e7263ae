-- The barometer of a portfolio by what is in force on a day: a cut counts from its effective day, a limit ends after its last one.

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
            WHERE buyer_id != '' AND code NOT IN ('still_investigating', 'preliminary', 'not_approved')
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
