-- Cases and claims as people read them: a row of each change with its lists as arrays, how each stands now, and what losses come to.

ALTER TABLE cases
    ADD COLUMN IF NOT EXISTS kind LowCardinality(String) COMMENT 'What its policyholder wants done: monitor, collect, claim or collect_and_claim' AFTER holder_id,
    ADD COLUMN IF NOT EXISTS what LowCardinality(String) COMMENT 'What has happened, such as reported, moved, plan_agreed, received, closed' AFTER kind,
    ADD COLUMN IF NOT EXISTS amount Decimal(38, 4) COMMENT 'Of what has happened: what was paid, received or reversed; 0 where it has none' AFTER what,
    ADD COLUMN IF NOT EXISTS next LowCardinality(String) COMMENT 'What is to be done next: a stage to be reached, or a step such as consent, instalment or file_claim; empty: nothing' AFTER outcome,
    ADD COLUMN IF NOT EXISTS next_by LowCardinality(String) COMMENT 'Whose turn it is, such as policyholder, collector, lawyer, bailiff, analyst or buyer' AFTER next,
    ADD COLUMN IF NOT EXISTS opened_on Nullable(Date32) COMMENT 'Day on which it was opened' AFTER warning,
    ADD COLUMN IF NOT EXISTS reported_on Nullable(Date32) COMMENT 'Day on which it was handed over to collection, null: it was not' AFTER opened_on,
    ADD COLUMN IF NOT EXISTS reference String COMMENT 'The policyholder''s own reference' AFTER reported_on,
    ADD COLUMN IF NOT EXISTS insured Decimal(38, 4) COMMENT 'Insured part of what is owed' AFTER open,
    ADD COLUMN IF NOT EXISTS disputed Decimal(38, 4) COMMENT 'Disputed part of what is owed' AFTER insured,
    ADD COLUMN IF NOT EXISTS fees Decimal(38, 4) COMMENT 'Fees of the collector' AFTER recovered,
    ADD COLUMN IF NOT EXISTS flat_compensation Decimal(38, 2) COMMENT 'Compensation for all late invoices together, in euros (Directive 2011/7); not insured' AFTER currency,
    ADD COLUMN IF NOT EXISTS debt_invoices Array(String) COMMENT 'Its debts, the oldest 1 000: the invoice of each; empty: one that was there before deliveries were followed' AFTER flat_compensation,
    ADD COLUMN IF NOT EXISTS debt_delivered_on Array(Nullable(Date32)) COMMENT 'Day of delivery of each, null: not known' AFTER debt_invoices,
    ADD COLUMN IF NOT EXISTS debt_due_on Array(Nullable(Date32)) COMMENT 'Day on which each is due as agreed; interest counts from it' AFTER debt_delivered_on,
    ADD COLUMN IF NOT EXISTS debt_original_due_on Array(Nullable(Date32)) COMMENT 'Day on which each was due at first; the policy''s clock counts from it' AFTER debt_due_on,
    ADD COLUMN IF NOT EXISTS debt_amounts Array(Decimal(38, 4)) COMMENT 'Amount of each when it joined the case' AFTER debt_original_due_on,
    ADD COLUMN IF NOT EXISTS debt_open Array(Decimal(38, 4)) COMMENT 'Open amount of each' AFTER debt_amounts,
    ADD COLUMN IF NOT EXISTS debt_insured Array(Decimal(38, 4)) COMMENT 'Insured part of what is open of each' AFTER debt_open,
    ADD COLUMN IF NOT EXISTS debt_reasons Array(String) COMMENT 'Why nothing of it is insured, empty: something is' AFTER debt_insured,
    ADD COLUMN IF NOT EXISTS debt_percentages Array(Decimal(9, 4)) COMMENT 'Percentage at which each is insured' AFTER debt_reasons,
    ADD COLUMN IF NOT EXISTS debt_loss_on Array(Nullable(Date32)) COMMENT 'Date of loss of each, null: not known yet' AFTER debt_percentages,
    ADD COLUMN IF NOT EXISTS debt_disputed Array(Bool) COMMENT 'Whether each is in dispute' AFTER debt_loss_on,
    ADD COLUMN IF NOT EXISTS debt_claims Array(String) COMMENT 'Claim that each is in, empty: none' AFTER debt_disputed,
    ADD COLUMN IF NOT EXISTS debt_own Array(Decimal(38, 4)) COMMENT 'Open amount of each in the invoice''s currency' AFTER debt_claims,
    ADD COLUMN IF NOT EXISTS debt_interest Array(Decimal(38, 4)) COMMENT 'Late interest on each as of the day of the decision, in the invoice''s currency; not insured' AFTER debt_own,
    ADD COLUMN IF NOT EXISTS debt_currencies Array(String) COMMENT 'ISO 4217 currency of each invoice' AFTER debt_interest,
    ADD COLUMN IF NOT EXISTS debts_left_out Int32 COMMENT 'How many further debts it has' AFTER debt_currencies,
    ADD COLUMN IF NOT EXISTS receipt_ids Array(String) COMMENT 'Receipts of the collector, the newest 1 000: the id of each' AFTER debts_left_out,
    ADD COLUMN IF NOT EXISTS receipt_on Array(Nullable(Date32)) COMMENT 'Day of each' AFTER receipt_ids,
    ADD COLUMN IF NOT EXISTS receipt_amounts Array(Decimal(38, 4)) COMMENT 'Amount of each' AFTER receipt_on,
    ADD COLUMN IF NOT EXISTS receipt_fees Array(Decimal(38, 4)) COMMENT 'Fee of the collector for each' AFTER receipt_amounts,
    ADD COLUMN IF NOT EXISTS receipt_from Array(String) COMMENT 'Where each came from: buyer, insolvency, security, goods, guarantor or other' AFTER receipt_fees,
    ADD COLUMN IF NOT EXISTS rate_from Array(Nullable(Date32)) COMMENT 'From which day each yearly rate of late interest holds' AFTER receipt_from,
    ADD COLUMN IF NOT EXISTS rates Array(Decimal(9, 4)) COMMENT 'Yearly rates of late interest, per cent' AFTER rate_from,
    ADD COLUMN IF NOT EXISTS plan_id String COMMENT 'Payment plan that was agreed last, empty: none' AFTER rates,
    ADD COLUMN IF NOT EXISTS plan_state LowCardinality(String) COMMENT 'How it stands: waiting_for_consent, agreed, refused, broken or ended' AFTER plan_id,
    ADD COLUMN IF NOT EXISTS instalment_due_on Array(Nullable(Date32)) COMMENT 'Day on which each of its instalments is due' AFTER plan_state,
    ADD COLUMN IF NOT EXISTS instalment_amounts Array(Decimal(38, 4)) COMMENT 'Amount of each instalment' AFTER instalment_due_on,
    ADD COLUMN IF NOT EXISTS documents Array(String) COMMENT 'Kinds of the documents that were added' AFTER instalment_amounts,
    ADD COLUMN IF NOT EXISTS missing_documents Array(String) COMMENT 'Kinds of documents that a claim for it would lack' AFTER documents,
    ADD COLUMN IF NOT EXISTS insolvent Bool COMMENT 'The buyer is insolvent' AFTER missing_documents,
    ADD COLUMN IF NOT EXISTS analyst String COMMENT 'Who has moved it or decided on it, empty: nobody' AFTER insolvent,
    ADD COLUMN IF NOT EXISTS texts_source String COMMENT 'Source record whose words name the buyer; key of texts' AFTER analyst;

ALTER TABLE cases
    COMMENT COLUMN case_id 'Case: <buyer>/case-<policy>-<number>',
    COMMENT COLUMN policy_id 'Policy',
    COMMENT COLUMN buyer_id 'Buyer',
    COMMENT COLUMN holder_id 'Policyholder',
    COMMENT COLUMN stage 'Stage: reported, reminder_sent, formal_notice_sent, collection, negotiation, court_order, judgment, enforcement or closed',
    COMMENT COLUMN previous_stage 'Stage before, empty where it is the same',
    COMMENT COLUMN outcome 'How it ended: collected, partly_collected, uncollectible or withdrawn; empty while it is open',
    COMMENT COLUMN due_on 'Until when the next step is to be done, null: there is no term',
    COMMENT COLUMN warning 'Code of what its policyholder is to mind, empty: nothing',
    COMMENT COLUMN invoices 'Invoices that the change is about',
    COMMENT COLUMN open 'Owed: what is open of all its debts, less what came in and settles none',
    COMMENT COLUMN recovered 'Received by the collector',
    COMMENT COLUMN currency 'ISO 4217 currency of the amounts: the policy''s',
    MODIFY COMMENT 'Changes of collection cases (case.changed); debts, receipts, rates and instalments are arrays';

ALTER TABLE claims
    ADD COLUMN IF NOT EXISTS case_id String COMMENT 'Case that it claims debts of' AFTER holder_id,
    ADD COLUMN IF NOT EXISTS what LowCardinality(String) COMMENT 'What has happened: filed, document_added, examined, decided, corrected, paid, recovered or reversed' AFTER case_id,
    ADD COLUMN IF NOT EXISTS cause LowCardinality(String) COMMENT 'protracted_default or insolvency' AFTER state,
    ADD COLUMN IF NOT EXISTS reference String COMMENT 'The policyholder''s own reference' AFTER reason,
    ADD COLUMN IF NOT EXISTS filed_on Nullable(Date32) COMMENT 'Day on which it was filed' AFTER reference,
    ADD COLUMN IF NOT EXISTS debt Decimal(38, 4) COMMENT 'What was open of its invoices when it was filed, VAT included' AFTER loss_on,
    ADD COLUMN IF NOT EXISTS insured Decimal(38, 4) COMMENT 'Insured part of that' AFTER debt,
    ADD COLUMN IF NOT EXISTS recovered_before Decimal(38, 4) COMMENT 'Recovered of the debt before the claim' AFTER insured,
    ADD COLUMN IF NOT EXISTS paid Decimal(38, 4) COMMENT 'Paid of the indemnity' AFTER indemnity,
    ADD COLUMN IF NOT EXISTS first_loss Decimal(38, 4) COMMENT 'What it uses of the aggregate first loss of its period' AFTER paid,
    ADD COLUMN IF NOT EXISTS period_from Nullable(Date32) COMMENT 'First day of the period whose aggregates it uses, null: not decided' AFTER currency,
    ADD COLUMN IF NOT EXISTS period_to Nullable(Date32) COMMENT 'Last day of that period' AFTER period_from,
    ADD COLUMN IF NOT EXISTS payable_on Nullable(Date32) COMMENT 'Day until which the indemnity is to be paid, null: not decided, or nothing is' AFTER period_to,
    ADD COLUMN IF NOT EXISTS assignee_id String COMMENT 'Whom the indemnity is paid to, empty: the policyholder' AFTER payable_on,
    ADD COLUMN IF NOT EXISTS waterfall_taken Array(Decimal(38, 4)) COMMENT 'What each line takes off; of debt and indemnity the amount itself' AFTER waterfall_amounts,
    ADD COLUMN IF NOT EXISTS waterfall_terms Array(Decimal(38, 4)) COMMENT 'What the policy says for each line, or is left of that' AFTER waterfall_taken,
    ADD COLUMN IF NOT EXISTS waterfall_percentages Array(Decimal(9, 4)) COMMENT 'Percentage of each line, 0 where it has none' AFTER waterfall_terms,
    ADD COLUMN IF NOT EXISTS invoice_ids Array(String) COMMENT 'Its invoices as they were when it was filed: the id of each' AFTER waterfall_percentages,
    ADD COLUMN IF NOT EXISTS invoice_delivered_on Array(Nullable(Date32)) COMMENT 'Day of delivery of each, null: not known' AFTER invoice_ids,
    ADD COLUMN IF NOT EXISTS invoice_due_on Array(Nullable(Date32)) COMMENT 'Day on which each was due at first' AFTER invoice_delivered_on,
    ADD COLUMN IF NOT EXISTS invoice_loss_on Array(Nullable(Date32)) COMMENT 'Date of loss of each' AFTER invoice_due_on,
    ADD COLUMN IF NOT EXISTS invoice_amounts Array(Decimal(38, 4)) COMMENT 'Amount of each, VAT included' AFTER invoice_loss_on,
    ADD COLUMN IF NOT EXISTS invoice_open Array(Decimal(38, 4)) COMMENT 'Open amount of each' AFTER invoice_amounts,
    ADD COLUMN IF NOT EXISTS invoice_insured Array(Decimal(38, 4)) COMMENT 'Insured part of what is open of each' AFTER invoice_open,
    ADD COLUMN IF NOT EXISTS invoice_reasons Array(String) COMMENT 'Why nothing of it is insured, empty: something is' AFTER invoice_insured,
    ADD COLUMN IF NOT EXISTS invoice_percentages Array(Decimal(9, 4)) COMMENT 'Percentage at which each is insured' AFTER invoice_reasons,
    ADD COLUMN IF NOT EXISTS invoice_discretionary Array(Bool) COMMENT 'Whether each was delivered within a discretionary limit' AFTER invoice_percentages,
    ADD COLUMN IF NOT EXISTS invoice_late Array(Bool) COMMENT 'Whether the percentage of late reports holds for each' AFTER invoice_discretionary,
    ADD COLUMN IF NOT EXISTS invoice_losses Array(Decimal(38, 4)) COMMENT 'Part of the loss of each' AFTER invoice_late,
    ADD COLUMN IF NOT EXISTS missing_documents Array(String) COMMENT 'Kinds of documents that it lacks' AFTER invoice_losses,
    ADD COLUMN IF NOT EXISTS next LowCardinality(String) COMMENT 'What is to be done next, such as documents, examine, pay or pay_back; empty: nothing' AFTER missing_documents,
    ADD COLUMN IF NOT EXISTS next_by LowCardinality(String) COMMENT 'Whose turn it is' AFTER next,
    ADD COLUMN IF NOT EXISTS due_on Nullable(Date32) COMMENT 'Until when the next step is to be done, null: there is no term' AFTER next_by,
    ADD COLUMN IF NOT EXISTS corrects String COMMENT 'Position of the decision that this one corrects, empty: it is no correction' AFTER due_on,
    ADD COLUMN IF NOT EXISTS analyst String COMMENT 'Who has examined it or paid, empty: nobody' AFTER corrects,
    ADD COLUMN IF NOT EXISTS texts_source String COMMENT 'Source record whose words name the buyer; key of texts' AFTER analyst,
    ADD COLUMN IF NOT EXISTS receipt Decimal(38, 4) COMMENT 'What came in with this change, 0: nothing' AFTER texts_source,
    ADD COLUMN IF NOT EXISTS receipt_insured Decimal(38, 4) COMMENT 'The part of it that is on what is insured' AFTER receipt,
    ADD COLUMN IF NOT EXISTS receipt_insurer Decimal(38, 4) COMMENT 'The insurer''s part of it: of recoveries after the date of loss, never more than it indemnifies' AFTER receipt_insured,
    ADD COLUMN IF NOT EXISTS receipt_policyholder Decimal(38, 4) COMMENT 'The policyholder''s part of it' AFTER receipt_insurer,
    ADD COLUMN IF NOT EXISTS receipt_fee Decimal(38, 4) COMMENT 'Fee of the collector for it' AFTER receipt_policyholder,
    ADD COLUMN IF NOT EXISTS receipt_fee_insurer Decimal(38, 4) COMMENT 'The insurer''s part of the fee' AFTER receipt_fee,
    ADD COLUMN IF NOT EXISTS receipt_fee_policyholder Decimal(38, 4) COMMENT 'The policyholder''s part of the fee' AFTER receipt_fee_insurer,
    ADD COLUMN IF NOT EXISTS received Decimal(38, 4) COMMENT 'All that came in since it was filed: the recourse statement' AFTER receipt_fee_policyholder,
    ADD COLUMN IF NOT EXISTS received_insured Decimal(38, 4) COMMENT 'The part of it that is on what is insured' AFTER received,
    ADD COLUMN IF NOT EXISTS received_insurer Decimal(38, 4) COMMENT 'The insurer''s part of it: of recoveries after the date of loss, never more than it indemnifies' AFTER received_insured,
    ADD COLUMN IF NOT EXISTS received_policyholder Decimal(38, 4) COMMENT 'The policyholder''s part of it' AFTER received_insurer,
    ADD COLUMN IF NOT EXISTS received_fee Decimal(38, 4) COMMENT 'Fee of the collector for it' AFTER received_policyholder,
    ADD COLUMN IF NOT EXISTS received_fee_insurer Decimal(38, 4) COMMENT 'The insurer''s part of the fee' AFTER received_fee,
    ADD COLUMN IF NOT EXISTS received_fee_policyholder Decimal(38, 4) COMMENT 'The policyholder''s part of the fee' AFTER received_fee_insurer;

ALTER TABLE claims
    COMMENT COLUMN claim_id 'Claim: <buyer>/claim-<policy>-<number>',
    COMMENT COLUMN policy_id 'Policy',
    COMMENT COLUMN buyer_id 'Buyer',
    COMMENT COLUMN holder_id 'Policyholder',
    COMMENT COLUMN state 'State: filed, documents_missing, assessed, decided, refused or paid',
    COMMENT COLUMN reason 'Why nothing is paid, where that is so: refused, or a step of the waterfall',
    COMMENT COLUMN loss_on 'Date of loss',
    COMMENT COLUMN loss 'Loss: the insured part less its part of what was recovered before, at most what an examination accepts',
    COMMENT COLUMN indemnity 'Indemnity, 0 before it is decided',
    COMMENT COLUMN currency 'ISO 4217 currency of the amounts: the policy''s',
    COMMENT COLUMN waterfall_steps 'Lines of the computation, in order: debt, recoveries, deductibles, percentage, maximum, indemnity',
    COMMENT COLUMN waterfall_amounts 'Amount after each line',
    MODIFY COMMENT 'Changes of claims (claim.decided); lines of the computation and invoices are arrays';

CREATE OR REPLACE VIEW cases_now AS
SELECT c.case_id AS case_id, c.policy_id AS policy_id, c.buyer_id AS buyer_id, c.holder_id AS holder_id, c.kind AS kind, c.what AS what, c.amount AS amount,
    c.stage AS stage, c.previous_stage AS previous_stage, c.outcome AS outcome, c.next AS next, c.next_by AS next_by, c.due_on AS due_on, c.warning AS
    warning, c.opened_on AS opened_on, c.reported_on AS reported_on, c.reference AS reference, c.invoices AS invoices, c.open AS open, c.insured AS
    insured, c.disputed AS disputed, c.recovered AS recovered, c.fees AS fees, c.currency AS currency, c.flat_compensation AS flat_compensation,
    c.debt_invoices AS debt_invoices, c.debt_delivered_on AS debt_delivered_on, c.debt_due_on AS debt_due_on, c.debt_original_due_on AS
    debt_original_due_on, c.debt_amounts AS debt_amounts, c.debt_open AS debt_open, c.debt_insured AS debt_insured, c.debt_reasons AS debt_reasons,
    c.debt_percentages AS debt_percentages, c.debt_loss_on AS debt_loss_on, c.debt_disputed AS debt_disputed, c.debt_claims AS debt_claims, c.debt_own AS
    debt_own, c.debt_interest AS debt_interest, c.debt_currencies AS debt_currencies, c.debts_left_out AS debts_left_out, c.receipt_ids AS receipt_ids,
    c.receipt_on AS receipt_on, c.receipt_amounts AS receipt_amounts, c.receipt_fees AS receipt_fees, c.receipt_from AS receipt_from, c.rate_from AS
    rate_from, c.rates AS rates, c.plan_id AS plan_id, c.plan_state AS plan_state, c.instalment_due_on AS instalment_due_on, c.instalment_amounts AS
    instalment_amounts, c.documents AS documents, c.missing_documents AS missing_documents, c.insolvent AS insolvent, c.analyst AS analyst, c.texts_source
    AS texts_source,
    f.since AS begun_at, c.at AS changed_at, hex(c.record_bytes) AS record,
    concat(toString(c.log_generation), '-', toString(c.log_partition), '-', toString(c.log_offset), '-', toString(c.seq)) AS position
FROM cases AS c FINAL
INNER JOIN
(
    SELECT case_id, max(tuple(log_generation, log_offset, seq)) AS place, min(at) AS since FROM cases GROUP BY case_id
) AS f ON f.case_id = c.case_id AND f.place = tuple(c.log_generation, c.log_offset, c.seq)
COMMENT 'How each case stands now';

ALTER TABLE cases_now COMMENT COLUMN case_id 'Case: <buyer>/case-<policy>-<number>',
    COMMENT COLUMN policy_id 'Policy',
    COMMENT COLUMN buyer_id 'Buyer',
    COMMENT COLUMN holder_id 'Policyholder',
    COMMENT COLUMN kind 'What its policyholder wants done: monitor, collect, claim or collect_and_claim',
    COMMENT COLUMN what 'What has happened, such as reported, moved, plan_agreed, received, closed',
    COMMENT COLUMN amount 'Of what has happened: what was paid, received or reversed; 0 where it has none',
    COMMENT COLUMN stage 'Stage: reported, reminder_sent, formal_notice_sent, collection, negotiation, court_order, judgment, enforcement or closed',
    COMMENT COLUMN previous_stage 'Stage before, empty where it is the same',
    COMMENT COLUMN outcome 'How it ended: collected, partly_collected, uncollectible or withdrawn; empty while it is open',
    COMMENT COLUMN next 'What is to be done next: a stage to be reached, or a step such as consent, instalment or file_claim; empty: nothing',
    COMMENT COLUMN next_by 'Whose turn it is, such as policyholder, collector, lawyer, bailiff, analyst or buyer',
    COMMENT COLUMN due_on 'Until when the next step is to be done, null: there is no term',
    COMMENT COLUMN warning 'Code of what its policyholder is to mind, empty: nothing',
    COMMENT COLUMN opened_on 'Day on which it was opened',
    COMMENT COLUMN reported_on 'Day on which it was handed over to collection, null: it was not',
    COMMENT COLUMN reference 'The policyholder''s own reference',
    COMMENT COLUMN invoices 'Invoices that the change is about',
    COMMENT COLUMN open 'Owed: what is open of all its debts, less what came in and settles none',
    COMMENT COLUMN insured 'Insured part of what is owed',
    COMMENT COLUMN disputed 'Disputed part of what is owed',
    COMMENT COLUMN recovered 'Received by the collector',
    COMMENT COLUMN fees 'Fees of the collector',
    COMMENT COLUMN currency 'ISO 4217 currency of the amounts: the policy''s',
    COMMENT COLUMN flat_compensation 'Compensation for all late invoices together, in euros (Directive 2011/7); not insured',
    COMMENT COLUMN debt_invoices 'Its debts, the oldest 1 000: the invoice of each; empty: one that was there before deliveries were followed',
    COMMENT COLUMN debt_delivered_on 'Day of delivery of each, null: not known',
    COMMENT COLUMN debt_due_on 'Day on which each is due as agreed; interest counts from it',
    COMMENT COLUMN debt_original_due_on 'Day on which each was due at first; the policy''s clock counts from it',
    COMMENT COLUMN debt_amounts 'Amount of each when it joined the case',
    COMMENT COLUMN debt_open 'Open amount of each',
    COMMENT COLUMN debt_insured 'Insured part of what is open of each',
    COMMENT COLUMN debt_reasons 'Why nothing of it is insured, empty: something is',
    COMMENT COLUMN debt_percentages 'Percentage at which each is insured',
    COMMENT COLUMN debt_loss_on 'Date of loss of each, null: not known yet',
    COMMENT COLUMN debt_disputed 'Whether each is in dispute',
    COMMENT COLUMN debt_claims 'Claim that each is in, empty: none',
    COMMENT COLUMN debt_own 'Open amount of each in the invoice''s currency',
    COMMENT COLUMN debt_interest 'Late interest on each as of the day of the decision, in the invoice''s currency; not insured',
    COMMENT COLUMN debt_currencies 'ISO 4217 currency of each invoice',
    COMMENT COLUMN debts_left_out 'How many further debts it has',
    COMMENT COLUMN receipt_ids 'Receipts of the collector, the newest 1 000: the id of each',
    COMMENT COLUMN receipt_on 'Day of each',
    COMMENT COLUMN receipt_amounts 'Amount of each',
    COMMENT COLUMN receipt_fees 'Fee of the collector for each',
    COMMENT COLUMN receipt_from 'Where each came from: buyer, insolvency, security, goods, guarantor or other',
    COMMENT COLUMN rate_from 'From which day each yearly rate of late interest holds',
    COMMENT COLUMN rates 'Yearly rates of late interest, per cent',
    COMMENT COLUMN plan_id 'Payment plan that was agreed last, empty: none',
    COMMENT COLUMN plan_state 'How it stands: waiting_for_consent, agreed, refused, broken or ended',
    COMMENT COLUMN instalment_due_on 'Day on which each of its instalments is due',
    COMMENT COLUMN instalment_amounts 'Amount of each instalment',
    COMMENT COLUMN documents 'Kinds of the documents that were added',
    COMMENT COLUMN missing_documents 'Kinds of documents that a claim for it would lack',
    COMMENT COLUMN insolvent 'The buyer is insolvent',
    COMMENT COLUMN analyst 'Who has moved it or decided on it, empty: nobody',
    COMMENT COLUMN texts_source 'Source record whose words name the buyer; key of texts',
    COMMENT COLUMN begun_at 'Log time of its first change',
    COMMENT COLUMN changed_at 'Log time of its newest change',
    COMMENT COLUMN record 'The newest decision as published on risk.decisions (Protobuf, decision.proto), hexadecimal',
    COMMENT COLUMN position 'Position of the newest decision';

CREATE OR REPLACE VIEW claims_now AS
SELECT c.claim_id AS claim_id, c.policy_id AS policy_id, c.buyer_id AS buyer_id, c.holder_id AS holder_id, c.case_id AS case_id, c.what AS what, c.state AS
    state, c.cause AS cause, c.reason AS reason, c.reference AS reference, c.filed_on AS filed_on, c.loss_on AS loss_on, c.debt AS debt, c.insured AS
    insured, c.recovered_before AS recovered_before, c.loss AS loss, c.indemnity AS indemnity, c.paid AS paid, c.first_loss AS first_loss, c.currency AS
    currency, c.period_from AS period_from, c.period_to AS period_to, c.payable_on AS payable_on, c.assignee_id AS assignee_id, c.waterfall_steps AS
    waterfall_steps, c.waterfall_amounts AS waterfall_amounts, c.waterfall_taken AS waterfall_taken, c.waterfall_terms AS waterfall_terms,
    c.waterfall_percentages AS waterfall_percentages, c.invoice_ids AS invoice_ids, c.invoice_delivered_on AS invoice_delivered_on, c.invoice_due_on AS
    invoice_due_on, c.invoice_loss_on AS invoice_loss_on, c.invoice_amounts AS invoice_amounts, c.invoice_open AS invoice_open, c.invoice_insured AS
    invoice_insured, c.invoice_reasons AS invoice_reasons, c.invoice_percentages AS invoice_percentages, c.invoice_discretionary AS invoice_discretionary,
    c.invoice_late AS invoice_late, c.invoice_losses AS invoice_losses, c.missing_documents AS missing_documents, c.next AS next, c.next_by AS next_by,
    c.due_on AS due_on, c.corrects AS corrects, c.analyst AS analyst, c.texts_source AS texts_source, c.receipt AS receipt, c.receipt_insured AS
    receipt_insured, c.receipt_insurer AS receipt_insurer, c.receipt_policyholder AS receipt_policyholder, c.receipt_fee AS receipt_fee,
    c.receipt_fee_insurer AS receipt_fee_insurer, c.receipt_fee_policyholder AS receipt_fee_policyholder, c.received AS received, c.received_insured AS
    received_insured, c.received_insurer AS received_insurer, c.received_policyholder AS received_policyholder, c.received_fee AS received_fee,
    c.received_fee_insurer AS received_fee_insurer, c.received_fee_policyholder AS received_fee_policyholder,
    f.since AS begun_at, c.at AS changed_at, hex(c.record_bytes) AS record,
    concat(toString(c.log_generation), '-', toString(c.log_partition), '-', toString(c.log_offset), '-', toString(c.seq)) AS position
FROM claims AS c FINAL
INNER JOIN
(
    SELECT claim_id, max(tuple(log_generation, log_offset, seq)) AS place, min(at) AS since FROM claims GROUP BY claim_id
) AS f ON f.claim_id = c.claim_id AND f.place = tuple(c.log_generation, c.log_offset, c.seq)
COMMENT 'How each claim stands now';

ALTER TABLE claims_now COMMENT COLUMN claim_id 'Claim: <buyer>/claim-<policy>-<number>',
    COMMENT COLUMN policy_id 'Policy',
    COMMENT COLUMN buyer_id 'Buyer',
    COMMENT COLUMN holder_id 'Policyholder',
    COMMENT COLUMN case_id 'Case that it claims debts of',
    COMMENT COLUMN what 'What has happened: filed, document_added, examined, decided, corrected, paid, recovered or reversed',
    COMMENT COLUMN state 'State: filed, documents_missing, assessed, decided, refused or paid',
    COMMENT COLUMN cause 'protracted_default or insolvency',
    COMMENT COLUMN reason 'Why nothing is paid, where that is so: refused, or a step of the waterfall',
    COMMENT COLUMN reference 'The policyholder''s own reference',
    COMMENT COLUMN filed_on 'Day on which it was filed',
    COMMENT COLUMN loss_on 'Date of loss',
    COMMENT COLUMN debt 'What was open of its invoices when it was filed, VAT included',
    COMMENT COLUMN insured 'Insured part of that',
    COMMENT COLUMN recovered_before 'Recovered of the debt before the claim',
    COMMENT COLUMN loss 'Loss: the insured part less its part of what was recovered before, at most what an examination accepts',
    COMMENT COLUMN indemnity 'Indemnity, 0 before it is decided',
    COMMENT COLUMN paid 'Paid of the indemnity',
    COMMENT COLUMN first_loss 'What it uses of the aggregate first loss of its period',
    COMMENT COLUMN currency 'ISO 4217 currency of the amounts: the policy''s',
    COMMENT COLUMN period_from 'First day of the period whose aggregates it uses, null: not decided',
    COMMENT COLUMN period_to 'Last day of that period',
    COMMENT COLUMN payable_on 'Day until which the indemnity is to be paid, null: not decided, or nothing is',
    COMMENT COLUMN assignee_id 'Whom the indemnity is paid to, empty: the policyholder',
    COMMENT COLUMN waterfall_steps 'Lines of the computation, in order: debt, recoveries, deductibles, percentage, maximum, indemnity',
    COMMENT COLUMN waterfall_amounts 'Amount after each line',
    COMMENT COLUMN waterfall_taken 'What each line takes off; of debt and indemnity the amount itself',
    COMMENT COLUMN waterfall_terms 'What the policy says for each line, or is left of that',
    COMMENT COLUMN waterfall_percentages 'Percentage of each line, 0 where it has none',
    COMMENT COLUMN invoice_ids 'Its invoices as they were when it was filed: the id of each',
    COMMENT COLUMN invoice_delivered_on 'Day of delivery of each, null: not known',
    COMMENT COLUMN invoice_due_on 'Day on which each was due at first',
    COMMENT COLUMN invoice_loss_on 'Date of loss of each',
    COMMENT COLUMN invoice_amounts 'Amount of each, VAT included',
    COMMENT COLUMN invoice_open 'Open amount of each',
    COMMENT COLUMN invoice_insured 'Insured part of what is open of each',
    COMMENT COLUMN invoice_reasons 'Why nothing of it is insured, empty: something is',
    COMMENT COLUMN invoice_percentages 'Percentage at which each is insured',
    COMMENT COLUMN invoice_discretionary 'Whether each was delivered within a discretionary limit',
    COMMENT COLUMN invoice_late 'Whether the percentage of late reports holds for each',
    COMMENT COLUMN invoice_losses 'Part of the loss of each',
    COMMENT COLUMN missing_documents 'Kinds of documents that it lacks',
    COMMENT COLUMN next 'What is to be done next, such as documents, examine, pay or pay_back; empty: nothing',
    COMMENT COLUMN next_by 'Whose turn it is',
    COMMENT COLUMN due_on 'Until when the next step is to be done, null: there is no term',
    COMMENT COLUMN corrects 'Position of the decision that this one corrects, empty: it is no correction',
    COMMENT COLUMN analyst 'Who has examined it or paid, empty: nobody',
    COMMENT COLUMN texts_source 'Source record whose words name the buyer; key of texts',
    COMMENT COLUMN receipt 'What came in with this change, 0: nothing',
    COMMENT COLUMN receipt_insured 'The part of it that is on what is insured',
    COMMENT COLUMN receipt_insurer 'The insurer''s part of it: of recoveries after the date of loss, never more than it indemnifies',
    COMMENT COLUMN receipt_policyholder 'The policyholder''s part of it',
    COMMENT COLUMN receipt_fee 'Fee of the collector for it',
    COMMENT COLUMN receipt_fee_insurer 'The insurer''s part of the fee',
    COMMENT COLUMN receipt_fee_policyholder 'The policyholder''s part of the fee',
    COMMENT COLUMN received 'All that came in since it was filed: the recourse statement',
    COMMENT COLUMN received_insured 'The part of it that is on what is insured',
    COMMENT COLUMN received_insurer 'The insurer''s part of it: of recoveries after the date of loss, never more than it indemnifies',
    COMMENT COLUMN received_policyholder 'The policyholder''s part of it',
    COMMENT COLUMN received_fee 'Fee of the collector for it',
    COMMENT COLUMN received_fee_insurer 'The insurer''s part of the fee',
    COMMENT COLUMN received_fee_policyholder 'The policyholder''s part of the fee',
    COMMENT COLUMN begun_at 'Log time of its first change',
    COMMENT COLUMN changed_at 'Log time of its newest change',
    COMMENT COLUMN record 'The newest decision as published on risk.decisions (Protobuf, decision.proto), hexadecimal',
    COMMENT COLUMN position 'Position of the newest decision';

CREATE OR REPLACE VIEW loss_ratio AS
WITH
    rates AS (SELECT toString(currency) AS currency, at, value FROM indicators WHERE indicator = 'fx_rate' AND value > 0),
    companies AS
    (
        SELECT buyer_id, argMaxIf(country, place, country != '') AS country, argMaxIf(sector, place, sector != '') AS sector
        FROM
        (
            SELECT buyer_id, toString(country) AS country, toString(sector) AS sector, tuple(log_generation, log_offset, seq) AS place FROM buyers
            UNION ALL
            SELECT buyer_id, toString(country), toString(sector), tuple(log_generation, log_offset, seq) FROM scores
        )
        GROUP BY buyer_id
    ),
    policyholders AS
    (
        SELECT policy_id, argMax(holder_id, tuple(log_generation, log_offset)) AS holder_id FROM policies GROUP BY policy_id
    ),
    filed AS
    (
        SELECT policy_id, buyer_id, toYear(loss_on) AS year, toString(currency) AS currency, begun_at AS at, loss, indemnity, received_insurer, received_fee_insurer
        FROM claims_now WHERE isNotNull(loss_on)
    ),
    invoiced AS
    (
        SELECT policy_id, if(p.buyer_id != '', p.buyer_id, m.buyer_id) AS buyer, invoice_id, argMin(toYear(delivered_on), tuple(log_generation, log_offset)) AS year,
            argMin(toString(currency), tuple(log_generation, log_offset)) AS currency, min(at) AS at, argMin(amount, tuple(log_generation, log_offset)) AS amount
        FROM payments AS p
        LEFT JOIN (SELECT source, any(buyer_id) AS buyer_id FROM matches WHERE type = 'invoice.issued' GROUP BY source) AS m ON m.source = p.source
        WHERE type = 'invoice.issued' AND NOT history AND p.source NOT IN (SELECT source FROM rejections WHERE kind = 'invoice.issued')
        GROUP BY policy_id, buyer, invoice_id
    )
SELECT t.policy_id AS policy_id, any(h.holder_id) AS holder_id, t.year AS year, c.country AS country, c.sector AS sector,
    sum(t.claims) AS claims, sum(t.losses) AS losses, sum(t.indemnities) AS indemnities, sum(t.recoveries) AS recoveries, sum(t.fees) AS fees,
    indemnities + fees - recoveries AS net, sum(t.turnover) AS turnover, if(turnover > 0, toNullable(toFloat64(net) / toFloat64(turnover)), NULL) AS loss_ratio
FROM
(
    SELECT policy_id, buyer_id, year, toUInt64(1) AS claims, toDecimal128(divideDecimal(loss, rate, 4), 4) AS losses, toDecimal128(divideDecimal(indemnity, rate, 4), 4) AS indemnities,
        toDecimal128(divideDecimal(received_insurer, rate, 4), 4) AS recoveries, toDecimal128(divideDecimal(received_fee_insurer, rate, 4), 4) AS fees, toDecimal128(0, 4) AS turnover
    FROM (SELECT f.*, if(f.currency = 'EUR', toDecimal128(1, 8), r.value) AS rate FROM filed AS f ASOF LEFT JOIN rates AS r ON r.currency = f.currency AND r.at <= f.at)
    WHERE rate > 0
    UNION ALL
    SELECT policy_id, buyer, year, toUInt64(0), toDecimal128(0, 4), toDecimal128(0, 4), toDecimal128(0, 4), toDecimal128(0, 4), toDecimal128(divideDecimal(amount, rate, 4), 4)
    FROM (SELECT i.*, if(i.currency = 'EUR', toDecimal128(1, 8), r.value) AS rate FROM invoiced AS i ASOF LEFT JOIN rates AS r ON r.currency = i.currency AND r.at <= i.at)
    WHERE rate > 0
) AS t
LEFT JOIN companies AS c ON c.buyer_id = t.buyer_id
LEFT JOIN policyholders AS h ON h.policy_id = t.policy_id
GROUP BY policy_id, year, country, sector
COMMENT 'What claims cost by policy, year, country and sector, and what of the turnover that is; sums in euros, at the rate known when an invoice or a claim came, which without one is left out';

ALTER TABLE loss_ratio COMMENT COLUMN policy_id 'Policy',
    COMMENT COLUMN holder_id 'Policyholder',
    COMMENT COLUMN year 'Calendar year: of the date of loss of claims, of the delivery of turnover',
    COMMENT COLUMN country 'Country of the buyer, as it is now',
    COMMENT COLUMN sector 'Sector of the buyer, as it is now',
    COMMENT COLUMN claims 'Claims whose date of loss is in the year',
    COMMENT COLUMN losses 'Losses of these claims, in euros',
    COMMENT COLUMN indemnities 'Indemnities decided on these claims, in euros, paid or not',
    COMMENT COLUMN recoveries 'The insurers part of what came in on these claims since they were filed, in euros',
    COMMENT COLUMN fees 'The insurer''s part of the collector''s fees on these claims, in euros',
    COMMENT COLUMN net 'What these claims cost the insurer so far: indemnities and fees less recoveries, in euros',
    COMMENT COLUMN turnover 'Invoices of deliveries of the year, VAT included, in euros: all that the policyholder reported, covered or not',
    COMMENT COLUMN loss_ratio 'net / turnover, null where there is no turnover: what claims cost of each euro delivered on credit (the burning cost). Premiums are not known here; this ratio divided by the premium rate on turnover is the ratio of losses to premiums. Of several rows it is sum(net) / sum(turnover)';
