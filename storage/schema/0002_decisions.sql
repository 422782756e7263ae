-- What was decided, by position. A row that comes twice replaces itself.

CREATE TABLE IF NOT EXISTS scores (
    log_generation UInt32 COMMENT 'Generation of the log',
    log_partition UInt32 COMMENT 'Partition of the log',
    log_offset Int64 COMMENT 'Offset of the log record whose step this row comes from',
    seq UInt32 COMMENT 'Number of the decision within its step; 0 for an input',
    at DateTime64(3, 'UTC') COMMENT 'Log time',
    as_of Date32 COMMENT 'Day that the decision is as of',
    trigger String COMMENT 'Id of the message that caused it, empty: a timer',
    trigger_kind LowCardinality(String) COMMENT 'Kind of that message, or name of the timer',
    buyer_id String COMMENT 'Buyer',
    country LowCardinality(String) COMMENT 'ISO 3166-1 alpha-2',
    sector LowCardinality(String) COMMENT 'NACE section or division',
    grade UInt8 COMMENT '1 (best) to 10',
    previous_grade UInt8 COMMENT 'Grade before, 0: none',
    pd Decimal(9, 6) COMMENT 'Probability of default within a year',
    points Decimal(18, 3) COMMENT 'Score in log-odds units; more is riskier',
    previous_points Decimal(18, 3) COMMENT 'Score before',
    economic UInt8 COMMENT 'Economic dimension, 1 (best) to 10',
    political UInt8 COMMENT 'Political dimension',
    commercial UInt8 COMMENT 'Commercial dimension',
    financing UInt8 COMMENT 'Financing dimension',
    contribution_codes Array(LowCardinality(String)) COMMENT 'Components of the score',
    contribution_points Array(Decimal(18, 3)) COMMENT 'What each component adds, in the order of their codes',
    reasons Array(LowCardinality(String)) COMMENT 'Codes of the largest contributions above the median',
    model LowCardinality(String) COMMENT 'Version of the model',
    cause LowCardinality(String) COMMENT 'Why now: first, grade, points, override, insolvency',
    cap LowCardinality(String) COMMENT 'Best-grade rule in force, empty: none',
    holders Array(String) COMMENT 'On a grade change: holders with a limit',
    override Bool COMMENT 'An underwriter''s decision was in force',
    texts_source String COMMENT 'Source whose words name the buyer',
    record String COMMENT 'The decision as published on risk.decisions (Protobuf, decision.proto)' CODEC(ZSTD(1))
) ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(at)
ORDER BY (buyer_id, log_generation, log_partition, log_offset, seq)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'Published scores of buyers';

CREATE TABLE IF NOT EXISTS macro (
    log_generation UInt32 COMMENT 'Generation of the log',
    log_partition UInt32 COMMENT 'Partition of the log',
    log_offset Int64 COMMENT 'Offset of the log record whose step this row comes from',
    seq UInt32 COMMENT 'Number of the decision within its step; 0 for an input',
    at DateTime64(3, 'UTC') COMMENT 'Log time',
    as_of Date32 COMMENT 'Day that the decision is as of',
    trigger String COMMENT 'Id of the message that caused it, empty: a timer',
    trigger_kind LowCardinality(String) COMMENT 'Kind of that message, or name of the timer',
    country LowCardinality(String) COMMENT 'ISO 3166-1 alpha-2',
    sector LowCardinality(String) COMMENT 'NACE division, section or *',
    economic Decimal(18, 3) COMMENT 'Economic points',
    previous_economic Decimal(18, 3) COMMENT 'Economic points before',
    political Decimal(18, 3) COMMENT 'Political points',
    previous_political Decimal(18, 3) COMMENT 'Political points before',
    best_grade UInt8 COMMENT 'Best grade allowed, 0: no rule',
    off_cover Bool COMMENT 'No new cover',
    buyers_moved UInt32 COMMENT 'Buyers of this partition whose grade moved',
    model LowCardinality(String) COMMENT 'Version of the model',
    record String COMMENT 'The decision as published on risk.decisions (Protobuf, decision.proto)' CODEC(ZSTD(1))
) ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(at)
ORDER BY (country, sector, log_generation, log_partition, log_offset, seq)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'Changes of country-by-sector cells';

CREATE TABLE IF NOT EXISTS limits (
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
    request_id String COMMENT 'Request that it answers, empty: none',
    request_kind LowCardinality(String) COMMENT 'Kind of that request',
    code LowCardinality(String) COMMENT 'Answer (RECECO 4507)',
    requested Decimal(38, 4) COMMENT 'Amount requested',
    granted Decimal(38, 4) COMMENT 'Amount granted',
    previous Decimal(38, 4) COMMENT 'Amount granted before',
    currency LowCardinality(String) COMMENT 'ISO 4217 currency of the amounts',
    reason UInt32 COMMENT 'Reason code (RECECO 4509), 0: none',
    reason_text LowCardinality(String) COMMENT 'Reason in the public vocabulary',
    conditions Array(LowCardinality(String)) COMMENT 'Conditions of the cover',
    effective_on Nullable(Date32) COMMENT 'In force from, after the policy''s notice',
    valid_until Nullable(Date32) COMMENT 'In force until',
    buyer_grade UInt8 COMMENT 'Grade of the buyer',
    overhang Decimal(38, 2) COMMENT 'Euros by which the limits in use exceed the capacity',
    capacity Decimal(38, 2) COMMENT 'Capacity of the buyer in euros',
    in_use Decimal(38, 2) COMMENT 'Limits in use on the buyer, in euros',
    override Bool COMMENT 'An underwriter''s decision was in force',
    model LowCardinality(String) COMMENT 'Version of the model',
    texts_source String COMMENT 'Source whose words name the buyer',
    record String COMMENT 'The decision as published on risk.decisions (Protobuf, decision.proto)' CODEC(ZSTD(1))
) ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(at)
ORDER BY (buyer_id, policy_id, log_generation, log_partition, log_offset, seq)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'Limit decisions';

CREATE TABLE IF NOT EXISTS reviews (
    log_generation UInt32 COMMENT 'Generation of the log',
    log_partition UInt32 COMMENT 'Partition of the log',
    log_offset Int64 COMMENT 'Offset of the log record whose step this row comes from',
    seq UInt32 COMMENT 'Number of the decision within its step; 0 for an input',
    at DateTime64(3, 'UTC') COMMENT 'Log time',
    as_of Date32 COMMENT 'Day that the decision is as of',
    trigger String COMMENT 'Id of the message that caused it, empty: a timer',
    trigger_kind LowCardinality(String) COMMENT 'Kind of that message, or name of the timer',
    review_id String COMMENT 'Review',
    kind LowCardinality(String) COMMENT 'What is reviewed',
    buyer_id String COMMENT 'Buyer',
    country LowCardinality(String) COMMENT 'Country',
    state LowCardinality(String) COMMENT 'requested, reopened, decided or lapsed',
    analyst String COMMENT 'Analyst',
    deadline DateTime64(3, 'UTC') COMMENT 'When it lapses',
    reason LowCardinality(String) COMMENT 'Reason code',
    proposal_policies Array(String) COMMENT 'Policies whose limits it proposes to change',
    record String COMMENT 'The decision as published on risk.decisions (Protobuf, decision.proto)' CODEC(ZSTD(1))
) ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(at)
ORDER BY (buyer_id, review_id, log_generation, log_partition, log_offset, seq)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'Steps of the four-eyes queue';

CREATE TABLE IF NOT EXISTS cases (
    log_generation UInt32 COMMENT 'Generation of the log',
    log_partition UInt32 COMMENT 'Partition of the log',
    log_offset Int64 COMMENT 'Offset of the log record whose step this row comes from',
    seq UInt32 COMMENT 'Number of the decision within its step; 0 for an input',
    at DateTime64(3, 'UTC') COMMENT 'Log time',
    as_of Date32 COMMENT 'Day that the decision is as of',
    trigger String COMMENT 'Id of the message that caused it, empty: a timer',
    trigger_kind LowCardinality(String) COMMENT 'Kind of that message, or name of the timer',
    case_id String COMMENT 'Case',
    policy_id String COMMENT 'Policy',
    buyer_id String COMMENT 'Buyer',
    holder_id String COMMENT 'Policyholder',
    stage LowCardinality(String) COMMENT 'Stage',
    previous_stage LowCardinality(String) COMMENT 'Stage before',
    outcome LowCardinality(String) COMMENT 'How it ended',
    warning LowCardinality(String) COMMENT 'Deadline that is near',
    invoices Array(String) COMMENT 'Invoices',
    open Decimal(38, 4) COMMENT 'Open amount',
    recovered Decimal(38, 4) COMMENT 'Recovered amount',
    currency LowCardinality(String) COMMENT 'ISO 4217 currency of the amounts',
    due_on Nullable(Date32) COMMENT 'Deadline that a warning is about',
    record String COMMENT 'The decision as published on risk.decisions (Protobuf, decision.proto)' CODEC(ZSTD(1))
) ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(at)
ORDER BY (buyer_id, case_id, log_generation, log_partition, log_offset, seq)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'Changes of collection cases';

CREATE TABLE IF NOT EXISTS claims (
    log_generation UInt32 COMMENT 'Generation of the log',
    log_partition UInt32 COMMENT 'Partition of the log',
    log_offset Int64 COMMENT 'Offset of the log record whose step this row comes from',
    seq UInt32 COMMENT 'Number of the decision within its step; 0 for an input',
    at DateTime64(3, 'UTC') COMMENT 'Log time',
    as_of Date32 COMMENT 'Day that the decision is as of',
    trigger String COMMENT 'Id of the message that caused it, empty: a timer',
    trigger_kind LowCardinality(String) COMMENT 'Kind of that message, or name of the timer',
    claim_id String COMMENT 'Claim',
    policy_id String COMMENT 'Policy',
    buyer_id String COMMENT 'Buyer',
    holder_id String COMMENT 'Policyholder',
    state LowCardinality(String) COMMENT 'State',
    reason LowCardinality(String) COMMENT 'Reason code',
    loss Decimal(38, 4) COMMENT 'Loss',
    indemnity Decimal(38, 4) COMMENT 'Indemnity',
    currency LowCardinality(String) COMMENT 'ISO 4217 currency of the amounts',
    loss_on Nullable(Date32) COMMENT 'Day of the loss',
    waterfall_steps Array(LowCardinality(String)) COMMENT 'Steps of the computation',
    waterfall_amounts Array(Decimal(38, 4)) COMMENT 'Amount after each step',
    record String COMMENT 'The decision as published on risk.decisions (Protobuf, decision.proto)' CODEC(ZSTD(1))
) ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(at)
ORDER BY (buyer_id, claim_id, log_generation, log_partition, log_offset, seq)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'Decisions on claims';

CREATE TABLE IF NOT EXISTS rejections (
    log_generation UInt32 COMMENT 'Generation of the log',
    log_partition UInt32 COMMENT 'Partition of the log',
    log_offset Int64 COMMENT 'Offset of the log record whose step this row comes from',
    seq UInt32 COMMENT 'Number of the decision within its step; 0 for an input',
    at DateTime64(3, 'UTC') COMMENT 'Log time',
    as_of Date32 COMMENT 'Day that the decision is as of',
    trigger String COMMENT 'Id of the message that caused it, empty: a timer',
    trigger_kind LowCardinality(String) COMMENT 'Kind of that message, or name of the timer',
    reason LowCardinality(String) COMMENT 'Reason code',
    detail String COMMENT 'What was wrong',
    buyer_id String COMMENT 'Buyer',
    policy_id String COMMENT 'Policy',
    event_id String COMMENT 'Id of the message',
    kind LowCardinality(String) COMMENT 'Kind of the message',
    source String COMMENT 'Source record: topic/incarnation/partition/offset',
    record String COMMENT 'The decision as published on risk.decisions (Protobuf, decision.proto)' CODEC(ZSTD(1))
) ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(at)
ORDER BY (buyer_id, log_generation, log_partition, log_offset, seq)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'Inputs that the fold could not apply';
