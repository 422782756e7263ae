-- Dates of the policy's clock that policyholders were warned of, and that needed nothing any more after that.

CREATE TABLE IF NOT EXISTS deadlines (
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
    state LowCardinality(String) COMMENT 'near: the dates come; settled: they were told as near, and need nothing any more',
    first_on Nullable(Date32) COMMENT 'The earliest of the dates',
    currency LowCardinality(String) COMMENT 'ISO 4217 currency of the amounts',
    at_stake Decimal(38, 4) COMMENT 'What cover may be lost of all invoices, each once',
    limit_in_force Decimal(38, 4) COMMENT 'Where a date is a stop_shipment: what new deliveries are covered up to; else 0',
    kinds Array(LowCardinality(String)) COMMENT 'Of each line what its date is: stop_shipment, hand_over, report, protracted_default or claim. Lines stand by invoice, then in this order',
    invoices Array(String) COMMENT 'Of each line the invoice; empty: one that was open before deliveries were followed',
    due_on Array(String) COMMENT 'Of each line the invoice''s original due date, YYYY-MM-DD',
    dates Array(String) COMMENT 'Of each line the date, which is the last day, YYYY-MM-DD',
    open Array(Decimal(38, 4)) COMMENT 'Of each line what is open of the invoice',
    line_at_stake Array(Decimal(38, 4)) COMMENT 'Of each line what cover may be lost of the invoice; of a stop_shipment 0',
    why Array(LowCardinality(String)) COMMENT 'Of each settled line why: paid, reported, handed_over, claimed, disputed, insolvent, no_limit or not_covered',
    texts_source String COMMENT 'Source record whose words name the buyer; key of texts',
    record_bytes String MATERIALIZED '' COMMENT 'The decision as published on risk.decisions (Protobuf, decision.proto); SELECT * leaves it out' CODEC(ZSTD(1)),
    record String ALIAS hex(record_bytes) COMMENT 'The decision as published on risk.decisions (Protobuf, decision.proto), hexadecimal; SELECT * leaves it out'
) ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(at)
ORDER BY (policy_id, buyer_id, log_generation, log_partition, log_offset, seq)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'Dates of the policy''s clock (deadline.near): one row for each buyer, policy and day that has any, and one for what is settled';
