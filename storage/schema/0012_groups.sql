-- Accumulation per group of companies.

CREATE VIEW IF NOT EXISTS group_members AS
SELECT b.group_id AS group_id, b.buyer_id AS buyer_id, b.parent_id AS parent_id, b.country AS country, s.grade AS grade, l.in_use AS in_use, l.capacity AS capacity,
    l.policies AS policies, l.decided_at AS decided_at
FROM
(
    SELECT buyer_id, newest.1 AS group_id, newest.2 AS parent_id, newest.3 AS country
    FROM (SELECT buyer_id, argMax(tuple(group_id, parent_id, toString(country)), tuple(log_generation, log_offset)) AS newest FROM buyers WHERE buyer_id != '' GROUP BY buyer_id)
    WHERE group_id != ''
) AS b
LEFT JOIN
(
    SELECT buyer_id, newest.1 AS in_use, newest.2 AS capacity, newest.3 AS decided_at, policies
    FROM
    (
        SELECT buyer_id, argMax(tuple(in_use, capacity, at), tuple(log_generation, log_offset, seq)) AS newest, uniqExact(policy_id) AS policies
        FROM limits
        WHERE buyer_id != '' AND code NOT IN ('still_investigating', 'preliminary')
        GROUP BY buyer_id
    )
) AS l ON l.buyer_id = b.buyer_id
LEFT JOIN
(
    SELECT buyer_id, argMax(grade, tuple(log_generation, log_offset, seq)) AS grade FROM scores GROUP BY buyer_id
) AS s ON s.buyer_id = b.buyer_id
COMMENT 'Companies of groups (group_id of buyer.upserted): what all policies use of each, in euros, and its capacity, as of the newest limit decision on it; grade 0: none yet';

CREATE VIEW IF NOT EXISTS groups_now AS
SELECT m.group_id AS group_id, count() AS buyers, countIf(m.in_use > 0) AS buyers_in_use, sum(m.in_use) AS in_use, sum(m.capacity) AS capacity, max(m.grade) AS worst_grade,
    argMax(m.buyer_id, m.in_use) AS largest_buyer, max(m.in_use) AS largest
FROM group_members AS m
GROUP BY m.group_id
COMMENT 'What all policies use of each group of companies, in euros: the sum over its companies as of the newest limit decision on each';
