-- What came in: one row per log record that no mark skipped, by position. A row that comes twice replaces itself.

CREATE TABLE IF NOT EXISTS indicators (
    log_generation UInt32 COMMENT 'Generation of the log',
    log_partition UInt32 COMMENT 'Partition of the log',
    log_offset Int64 COMMENT 'Offset of the log record whose step this row comes from',
    seq UInt32 COMMENT 'Number of the decision within its step; 0 for an input',
    at DateTime64(3, 'UTC') COMMENT 'Log time',
    occurred_at DateTime64(3, 'UTC') COMMENT 'When the message says it happened or was published',
    event_id String COMMENT 'Id of the message',
    source String COMMENT 'Source record: topic/incarnation/partition/offset; the key of its words in texts',
    history Bool COMMENT 'Evidence only, until history.closed',
    country LowCardinality(String) COMMENT 'ISO 3166-1 alpha-2',
    sector LowCardinality(String) COMMENT 'NACE section or division, * for the whole economy',
    indicator LowCardinality(String) COMMENT 'Name of the indicator',
    period_from Date32 COMMENT 'First day of the period',
    period_to Date32 COMMENT 'Last day of the period',
    value Decimal(38, 8) COMMENT 'The figure',
    currency LowCardinality(String) COMMENT 'fx_rate only: units of it per euro',
    confirmed Bool COMMENT 'Confirmed by the source'
) ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(at)
ORDER BY (country, indicator, sector, log_generation, log_partition, log_offset, seq)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'Economic indicators and exchange rates, one row per log record at the home of its cell';

CREATE TABLE IF NOT EXISTS payments (
    log_generation UInt32 COMMENT 'Generation of the log',
    log_partition UInt32 COMMENT 'Partition of the log',
    log_offset Int64 COMMENT 'Offset of the log record whose step this row comes from',
    seq UInt32 COMMENT 'Number of the decision within its step; 0 for an input',
    at DateTime64(3, 'UTC') COMMENT 'Log time',
    occurred_at DateTime64(3, 'UTC') COMMENT 'When the message says it happened or was published',
    event_id String COMMENT 'Id of the message',
    source String COMMENT 'Source record: topic/incarnation/partition/offset; the key of its words in texts',
    history Bool COMMENT 'Evidence only, until history.closed',
    buyer_id String COMMENT 'Buyer; empty where the message identified a company without an id',
    company_country LowCardinality(String) COMMENT 'Country of a company without an id',
    policy_id String COMMENT 'Policy, or the name of a bureau',
    type LowCardinality(String) COMMENT 'Type of the message',
    invoice_id String COMMENT 'Invoice, unique per policy and buyer',
    amount Decimal(38, 4) COMMENT 'Amount of the invoice or payment; of an experience the whole balance',
    currency LowCardinality(String) COMMENT 'ISO 4217 currency of the amounts',
    delivered_on Nullable(Date32) COMMENT 'Delivery',
    due_on Nullable(Date32) COMMENT 'Due date',
    paid_on Nullable(Date32) COMMENT 'Payment',
    as_of Nullable(Date32) COMMENT 'Day of an ageing balance',
    disputed Bool COMMENT 'invoice.disputed: a dispute begins',
    payment_id String COMMENT 'payment.reversed: the payment taken back',
    current Decimal(38, 4) COMMENT 'Ageing balance not yet due',
    d1_30 Decimal(38, 4) COMMENT '1 to 30 days past due',
    d31_60 Decimal(38, 4) COMMENT '31 to 60 days past due',
    d61_90 Decimal(38, 4) COMMENT '61 to 90 days past due',
    d90_plus Decimal(38, 4) COMMENT 'More than 90 days past due'
) ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(at)
ORDER BY (buyer_id, policy_id, log_generation, log_partition, log_offset, seq)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'Payment experience of suppliers: invoices, payments, disputes, ageing balances';

CREATE TABLE IF NOT EXISTS news (
    log_generation UInt32 COMMENT 'Generation of the log',
    log_partition UInt32 COMMENT 'Partition of the log',
    log_offset Int64 COMMENT 'Offset of the log record whose step this row comes from',
    seq UInt32 COMMENT 'Number of the decision within its step; 0 for an input',
    at DateTime64(3, 'UTC') COMMENT 'Log time',
    occurred_at DateTime64(3, 'UTC') COMMENT 'When the message says it happened or was published',
    event_id String COMMENT 'Id of the message',
    source String COMMENT 'Source record: topic/incarnation/partition/offset; the key of its words in texts',
    history Bool COMMENT 'Evidence only, until history.closed',
    buyer_id String COMMENT 'Buyer; empty where the message identified a company without an id',
    company_country LowCardinality(String) COMMENT 'Country of a company without an id',
    type LowCardinality(String) COMMENT 'news or news.withdrawn',
    category LowCardinality(String) COMMENT 'What is reported',
    outlet LowCardinality(String) COMMENT 'Kind of source: register, regulated or web',
    notches Int32 COMMENT 'rating.changed: below 0 is down',
    days Int32 COMMENT 'accounts.late: days',
    role LowCardinality(String) COMMENT 'officer.left: the role',
    amount Decimal(38, 4) COMMENT 'Amount, 0 where none is given',
    currency LowCardinality(String) COMMENT 'ISO 4217 currency of the amounts',
    language LowCardinality(String) COMMENT 'BCP 47',
    classifier UInt32 COMMENT 'Version of the text classifier, 0: the sender gave the category',
    phrases Array(LowCardinality(String)) COMMENT 'Rules of the classifier that fired',
    withdraws String COMMENT 'news.withdrawn: id of the report taken back'
) ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(at)
ORDER BY (buyer_id, log_generation, log_partition, log_offset, seq)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'Reports about companies; headlines stand in texts';

CREATE TABLE IF NOT EXISTS statements (
    log_generation UInt32 COMMENT 'Generation of the log',
    log_partition UInt32 COMMENT 'Partition of the log',
    log_offset Int64 COMMENT 'Offset of the log record whose step this row comes from',
    seq UInt32 COMMENT 'Number of the decision within its step; 0 for an input',
    at DateTime64(3, 'UTC') COMMENT 'Log time',
    occurred_at DateTime64(3, 'UTC') COMMENT 'When the message says it happened or was published',
    event_id String COMMENT 'Id of the message',
    source String COMMENT 'Source record: topic/incarnation/partition/offset; the key of its words in texts',
    history Bool COMMENT 'Evidence only, until history.closed',
    buyer_id String COMMENT 'Buyer; empty where the message identified a company without an id',
    company_country LowCardinality(String) COMMENT 'Country of a company without an id',
    period_end Date32 COMMENT 'Last day of the period',
    months Int32 COMMENT 'Length of the period',
    currency LowCardinality(String) COMMENT 'ISO 4217 currency of the amounts',
    total_assets Nullable(Decimal(38, 4)) COMMENT 'Total assets, null where it was not given',
    equity Nullable(Decimal(38, 4)) COMMENT 'Equity, null where it was not given',
    current_assets Nullable(Decimal(38, 4)) COMMENT 'Current assets, null where it was not given',
    inventories Nullable(Decimal(38, 4)) COMMENT 'Inventories, null where it was not given',
    cash Nullable(Decimal(38, 4)) COMMENT 'Cash, null where it was not given',
    current_liabilities Nullable(Decimal(38, 4)) COMMENT 'Current liabilities, null where it was not given',
    total_liabilities Nullable(Decimal(38, 4)) COMMENT 'Total liabilities, null where it was not given',
    trade_payables Nullable(Decimal(38, 4)) COMMENT 'Trade payables, null where it was not given',
    revenue Nullable(Decimal(38, 4)) COMMENT 'Revenue, null where it was not given',
    ebit Nullable(Decimal(38, 4)) COMMENT 'Ebit, null where it was not given',
    net_income Nullable(Decimal(38, 4)) COMMENT 'Net income, null where it was not given',
    depreciation Nullable(Decimal(38, 4)) COMMENT 'Depreciation, null where it was not given',
    consolidated Bool COMMENT 'Of the group, else standalone'
) ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(at)
ORDER BY (buyer_id, log_generation, log_partition, log_offset, seq)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'Annual statements of buyers';

CREATE TABLE IF NOT EXISTS policies (
    log_generation UInt32 COMMENT 'Generation of the log',
    log_partition UInt32 COMMENT 'Partition of the log',
    log_offset Int64 COMMENT 'Offset of the log record whose step this row comes from',
    seq UInt32 COMMENT 'Number of the decision within its step; 0 for an input',
    at DateTime64(3, 'UTC') COMMENT 'Log time',
    occurred_at DateTime64(3, 'UTC') COMMENT 'When the message says it happened or was published',
    event_id String COMMENT 'Id of the message',
    source String COMMENT 'Source record: topic/incarnation/partition/offset; the key of its words in texts',
    history Bool COMMENT 'Evidence only, until history.closed',
    policy_id String COMMENT 'Policy',
    holder_id String COMMENT 'Policyholder',
    language LowCardinality(String) COMMENT 'BCP 47',
    currency LowCardinality(String) COMMENT 'ISO 4217 currency of the amounts',
    insured_percentage Decimal(9, 4) COMMENT 'Insured percentage',
    discretionary_limit Decimal(38, 4) COMMENT 'Limit that the holder may grant itself',
    maximum_liability Decimal(38, 4) COMMENT 'Ceiling of indemnities, 0: none',
    minimum_retention Decimal(38, 4) COMMENT 'Minimum retention',
    deductible_kinds Array(LowCardinality(String)) COMMENT 'Kinds of the deductibles',
    deductible_amounts Array(Decimal(38, 4)) COMMENT 'Amounts of the deductibles, in the order of their kinds',
    indemnity_order Array(LowCardinality(String)) COMMENT 'Steps of the indemnity''s computation',
    waiting_period_days Int32 COMMENT 'Waiting period',
    notice_days Int32 COMMENT 'Notice before cover is taken away',
    notice_from_delivery Bool COMMENT 'Notice counts from delivery, else from publication',
    maximum_extension_days Int32 COMMENT 'Longest extension of a due date',
    notification_deadline_days Int32 COMMENT 'Deadline to report an overdue invoice',
    claim_deadline_days Int32 COMMENT 'Deadline to file a claim',
    effective_on Date32 COMMENT 'In force from',
    period_from Nullable(Date32) COMMENT 'First day of the insurance period',
    period_to Nullable(Date32) COMMENT 'Last day of the insurance period'
) ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(at)
ORDER BY (policy_id, log_generation, log_partition, log_offset, seq)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'Versions of policies'' terms; the holder''s name stands in texts';

CREATE TABLE IF NOT EXISTS buyers (
    log_generation UInt32 COMMENT 'Generation of the log',
    log_partition UInt32 COMMENT 'Partition of the log',
    log_offset Int64 COMMENT 'Offset of the log record whose step this row comes from',
    seq UInt32 COMMENT 'Number of the decision within its step; 0 for an input',
    at DateTime64(3, 'UTC') COMMENT 'Log time',
    occurred_at DateTime64(3, 'UTC') COMMENT 'When the message says it happened or was published',
    event_id String COMMENT 'Id of the message',
    source String COMMENT 'Source record: topic/incarnation/partition/offset; the key of its words in texts',
    history Bool COMMENT 'Evidence only, until history.closed',
    buyer_id String COMMENT 'Buyer',
    country LowCardinality(String) COMMENT 'ISO 3166-1 alpha-2',
    sector LowCardinality(String) COMMENT 'NACE section or division',
    founded_on Nullable(Date32) COMMENT 'Foundation',
    group_id String COMMENT 'Group',
    parent_id String COMMENT 'Parent company',
    natural_person Bool COMMENT 'A natural person'
) ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(at)
ORDER BY (buyer_id, log_generation, log_partition, log_offset, seq)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'Master data of buyers; names and registrations stand in texts';

CREATE TABLE IF NOT EXISTS requests (
    log_generation UInt32 COMMENT 'Generation of the log',
    log_partition UInt32 COMMENT 'Partition of the log',
    log_offset Int64 COMMENT 'Offset of the log record whose step this row comes from',
    seq UInt32 COMMENT 'Number of the decision within its step; 0 for an input',
    at DateTime64(3, 'UTC') COMMENT 'Log time',
    occurred_at DateTime64(3, 'UTC') COMMENT 'When the message says it happened or was published',
    event_id String COMMENT 'Id of the message',
    source String COMMENT 'Source record: topic/incarnation/partition/offset; the key of its words in texts',
    history Bool COMMENT 'Evidence only, until history.closed',
    buyer_id String COMMENT 'Buyer; empty where the message identified a company without an id',
    company_country LowCardinality(String) COMMENT 'Country of a company without an id',
    request_id String COMMENT 'Request, unique per policy for 30 days',
    policy_id String COMMENT 'Policy',
    kind LowCardinality(String) COMMENT 'new, increase, reduction, cancellation, prolongation or preliminary',
    amount Decimal(38, 4) COMMENT 'Total wanted',
    currency LowCardinality(String) COMMENT 'ISO 4217 currency of the amounts',
    valid_until Nullable(Date32) COMMENT 'Wanted until'
) ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(at)
ORDER BY (policy_id, buyer_id, log_generation, log_partition, log_offset, seq)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'Requests for limits by policyholders';
