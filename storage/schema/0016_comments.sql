-- Every column of every view is described.

ALTER TABLE buyers_now COMMENT COLUMN buyer_id 'Buyer', COMMENT COLUMN country 'ISO 3166-1 alpha-2', COMMENT COLUMN sector 'NACE section or division',
    COMMENT COLUMN name 'Name, empty: not known, or erased', COMMENT COLUMN grade '1 (best) to 10, 0: no score yet',
    COMMENT COLUMN pd 'Probability of default within a year', COMMENT COLUMN points 'Score in log-odds units; more is riskier',
    COMMENT COLUMN economic 'Economic dimension, 1 (best) to 10', COMMENT COLUMN political 'Political dimension',
    COMMENT COLUMN commercial 'Commercial dimension', COMMENT COLUMN financing 'Financing dimension',
    COMMENT COLUMN reasons 'Codes of the largest contributions above the median', COMMENT COLUMN model 'Version of the model',
    COMMENT COLUMN scored_at 'Log time of the newest score', COMMENT COLUMN position 'Position of the newest score',
    COMMENT COLUMN score_record 'The newest score as published on risk.decisions (Protobuf, decision.proto)';

ALTER TABLE buyer_news COMMENT COLUMN buyer_id 'Buyer', COMMENT COLUMN at 'Log time', COMMENT COLUMN occurred_at 'When it was published',
    COMMENT COLUMN event_id 'Id of the message', COMMENT COLUMN type 'news or news.withdrawn', COMMENT COLUMN category 'What is reported',
    COMMENT COLUMN outlet 'Kind of source: register, regulated or web', COMMENT COLUMN matched 'What the buyer was found by: registration or name; empty: its id',
    COMMENT COLUMN others 'Further buyers that have the same; empty: it is the only one',
    COMMENT COLUMN source 'Source record: topic/incarnation/partition/offset; the key of its words in texts',
    COMMENT COLUMN headline 'Headline, empty: none, or erased', COMMENT COLUMN outlet_name 'Name of the source';

ALTER TABLE grade_migration COMMENT COLUMN month 'First day of the month, by log time', COMMENT COLUMN from_grade 'Grade before',
    COMMENT COLUMN to_grade 'Grade after', COMMENT COLUMN changes 'Changes of grade: who moved there and back counts twice',
    MODIFY COMMENT 'How often buyers moved from one grade to another, by month';

ALTER TABLE exposures_now COMMENT COLUMN policy_id 'Policy', COMMENT COLUMN buyer_id 'Buyer', COMMENT COLUMN holder_id 'Policyholder',
    COMMENT COLUMN currency 'ISO 4217 currency of the amounts', COMMENT COLUMN outstanding 'Delivered and not paid',
    COMMENT COLUMN covered 'Of it: within the limits in force on the days of delivery, or an order that binds',
    COMMENT COLUMN in_dispute 'Of what is covered: in dispute, its cover suspended',
    COMMENT COLUMN stopped_from 'Deliveries from this day on are not covered as an invoice is overdue beyond its maximum extension; null: they are',
    COMMENT COLUMN changed_at 'Log time of the newest change';

ALTER TABLE group_members COMMENT COLUMN group_id 'Group', COMMENT COLUMN buyer_id 'Company of the group', COMMENT COLUMN parent_id 'Its parent company',
    COMMENT COLUMN country 'ISO 3166-1 alpha-2', COMMENT COLUMN grade '1 (best) to 10, 0: none yet',
    COMMENT COLUMN in_use 'Euros that limits of all policies use on it, as of the newest limit decision', COMMENT COLUMN capacity 'Its capacity in euros',
    COMMENT COLUMN policies 'Policies that have had limit decisions on it', COMMENT COLUMN decided_at 'Log time of the newest limit decision on it';

ALTER TABLE groups_now COMMENT COLUMN group_id 'Group', COMMENT COLUMN buyers 'Companies of the group', COMMENT COLUMN buyers_in_use 'Of them: on which limits are used',
    COMMENT COLUMN in_use 'Euros that limits of all policies use on them', COMMENT COLUMN capacity 'Their capacities in euros, added up',
    COMMENT COLUMN worst_grade 'Worst grade among them, 0: none yet', COMMENT COLUMN largest_buyer 'The company of which most is used',
    COMMENT COLUMN largest 'Euros that are used of it';

ALTER TABLE barometer_daily COMMENT COLUMN holder_id 'Policyholder', COMMENT COLUMN policy_id 'Policy', COMMENT COLUMN day 'Day, by log time',
    COMMENT COLUMN currency 'ISO 4217 currency of the amounts', COMMENT COLUMN exposure 'Limits in force', COMMENT COLUMN pd 'Probability of default within a year, weighted by the limits',
    COMMENT COLUMN expected_loss 'Expected loss of a year', COMMENT COLUMN limits_in_force 'How many limits are in force',
    COMMENT COLUMN buyers_by_grade 'How many of them by grade, 1 to 10', COMMENT COLUMN exposure_by_grade 'Limits in force by grade, 1 to 10',
    COMMENT COLUMN largest 'The largest limit', COMMENT COLUMN concentration 'Herfindahl index, 1: one buyer';
