-- Every table as the first version needs it; later versions change it by migrations of their own.

CREATE TABLE anchors (
    id BIGSERIAL NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    last_event_id BIGINT NOT NULL,
    events BIGINT NOT NULL,
    digest TEXT NOT NULL,
    CONSTRAINT pk_anchors PRIMARY KEY (id),
    CONSTRAINT ck_anchors_covers_something CHECK (events > 0),
    CONSTRAINT uq_anchors_last_event_id UNIQUE (last_event_id)
);

CREATE TABLE funds (
    id BIGSERIAL NOT NULL,
    slug TEXT NOT NULL,
    name TEXT NOT NULL,
    prefix TEXT NOT NULL,
    instrument TEXT NOT NULL,
    definition JSONB NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_funds PRIMARY KEY (id),
    CONSTRAINT uq_funds_slug UNIQUE (slug),
    CONSTRAINT uq_funds_prefix UNIQUE (prefix)
);

CREATE TABLE heartbeats (
    process TEXT NOT NULL,
    role TEXT NOT NULL,
    started_at TIMESTAMP WITH TIME ZONE NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_heartbeats PRIMARY KEY (process)
);

CREATE TABLE installation (
    id BIGINT DEFAULT 1 NOT NULL,
    is_demo BOOLEAN DEFAULT false NOT NULL,
    clock_offset INTERVAL DEFAULT interval '0' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_installation PRIMARY KEY (id),
    CONSTRAINT ck_installation_single_row CHECK (id = 1),
    CONSTRAINT ck_installation_clock_moves_in_a_demo_only CHECK (is_demo OR clock_offset = interval '0')
);

CREATE TABLE login_attempts (
    key TEXT NOT NULL,
    tries BIGINT NOT NULL,
    last_at TIMESTAMP WITH TIME ZONE NOT NULL,
    wait_until TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_login_attempts PRIMARY KEY (key),
    CONSTRAINT ck_login_attempts_tried_at_least_once CHECK (tries > 0)
);

CREATE INDEX ix_login_attempts_last_at ON login_attempts (last_at);

CREATE TABLE organisations (
    id BIGSERIAL NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    company_number TEXT,
    postcode TEXT,
    authority TEXT,
    staff_count BIGINT,
    turnover_pence BIGINT,
    gross_assets_pence BIGINT,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_organisations PRIMARY KEY (id),
    CONSTRAINT ck_organisations_company_number_well_formed CHECK (company_number ~ '^[A-Z0-9]{8}$'),
    CONSTRAINT ck_organisations_name_given CHECK (name <> ''),
    CONSTRAINT uq_organisations_company_number UNIQUE (company_number)
);

CREATE INDEX ix_organisations_authority ON organisations (authority);

CREATE INDEX ix_organisations_name_key ON organisations (name_key);

CREATE INDEX ix_organisations_name_prefix ON organisations (name_key text_pattern_ops);

CREATE TABLE outbox_rows (
    id BIGSERIAL NOT NULL,
    kind TEXT NOT NULL,
    business_key TEXT NOT NULL,
    queue TEXT NOT NULL,
    payload JSONB NOT NULL,
    attempts BIGINT DEFAULT 0 NOT NULL,
    rings BIGINT DEFAULT 0 NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    next_at TIMESTAMP WITH TIME ZONE NOT NULL,
    rung_at TIMESTAMP WITH TIME ZONE,
    done_at TIMESTAMP WITH TIME ZONE,
    parked_at TIMESTAMP WITH TIME ZONE,
    last_error TEXT,
    CONSTRAINT pk_outbox_rows PRIMARY KEY (id),
    CONSTRAINT uq_outbox_rows_kind_business_key UNIQUE (kind, business_key),
    CONSTRAINT ck_outbox_rows_counts_not_negative CHECK (attempts >= 0 AND rings >= 0),
    CONSTRAINT ck_outbox_rows_done_or_parked CHECK (done_at IS NULL OR parked_at IS NULL)
);

CREATE INDEX ix_outbox_rows_due ON outbox_rows (next_at, id) WHERE done_at IS NULL AND parked_at IS NULL;

CREATE INDEX ix_outbox_rows_parked ON outbox_rows (parked_at, id) WHERE parked_at IS NOT NULL;

CREATE INDEX ix_outbox_rows_rung ON outbox_rows (rung_at) WHERE done_at IS NULL AND parked_at IS NULL AND rung_at IS NOT NULL;

CREATE TABLE people (
    id BIGSERIAL NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    email TEXT NOT NULL,
    organisation_name TEXT,
    password_hash TEXT,
    totp_secret_encrypted BYTEA,
    totp_last_step BIGINT,
    is_active BOOLEAN DEFAULT true NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_people PRIMARY KEY (id),
    CONSTRAINT ck_people_email_normalised CHECK (email = lower(email) AND email LIKE '%%_@_%%'),
    CONSTRAINT ck_people_name_given CHECK (name <> ''),
    CONSTRAINT ck_people_step_needs_a_secret CHECK (totp_last_step IS NULL OR totp_secret_encrypted IS NOT NULL),
    CONSTRAINT uq_people_email UNIQUE (email)
);

CREATE INDEX ix_people_name_key_id ON people (name_key, id);

CREATE TABLE rd_sums (
    measure TEXT NOT NULL,
    source_of_funds TEXT NOT NULL,
    authority TEXT NOT NULL,
    rd_type TEXT NOT NULL,
    quarter_starts_on DATE NOT NULL,
    pence BIGINT NOT NULL,
    entries BIGINT NOT NULL,
    CONSTRAINT pk_rd_sums PRIMARY KEY (measure, source_of_funds, authority, rd_type, quarter_starts_on)
);

CREATE TABLE scheduled_tasks (
    name TEXT NOT NULL,
    last_run_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_scheduled_tasks PRIMARY KEY (name)
);

CREATE TABLE bank_accounts (
    id BIGSERIAL NOT NULL,
    organisation_id BIGINT NOT NULL,
    account_name TEXT NOT NULL,
    sealed_numbers BYTEA NOT NULL,
    last_digits TEXT NOT NULL,
    entered_by_id BIGINT NOT NULL,
    entered_at TIMESTAMP WITH TIME ZONE NOT NULL,
    first_verifier_id BIGINT,
    second_verifier_id BIGINT,
    verified_at TIMESTAMP WITH TIME ZONE,
    replaced_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_bank_accounts PRIMARY KEY (id),
    CONSTRAINT ck_bank_accounts_last_digits_form CHECK (last_digits ~ '^[0-9]{2,4}$'),
    CONSTRAINT ck_bank_accounts_first_verifier_is_another CHECK (first_verifier_id <> entered_by_id),
    CONSTRAINT ck_bank_accounts_second_verifier_is_another CHECK (second_verifier_id <> entered_by_id AND second_verifier_id <> first_verifier_id),
    CONSTRAINT ck_bank_accounts_verified_by_two CHECK ((verified_at IS NOT NULL) = (second_verifier_id IS NOT NULL)),
    CONSTRAINT fk_bank_accounts_organisation_id_organisations FOREIGN KEY(organisation_id) REFERENCES organisations (id),
    CONSTRAINT fk_bank_accounts_entered_by_id_people FOREIGN KEY(entered_by_id) REFERENCES people (id),
    CONSTRAINT fk_bank_accounts_first_verifier_id_people FOREIGN KEY(first_verifier_id) REFERENCES people (id),
    CONSTRAINT fk_bank_accounts_second_verifier_id_people FOREIGN KEY(second_verifier_id) REFERENCES people (id)
);

CREATE UNIQUE INDEX uq_bank_accounts_in_force ON bank_accounts (organisation_id) WHERE replaced_at IS NULL;

CREATE TABLE events (
    id BIGSERIAL NOT NULL,
    case_kind TEXT NOT NULL,
    case_id BIGINT NOT NULL,
    sequence BIGINT NOT NULL,
    action TEXT NOT NULL,
    source TEXT,
    target TEXT NOT NULL,
    actor_id BIGINT,
    acting_for_id BIGINT,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    facts JSONB NOT NULL,
    personal_digest TEXT,
    previous_hash TEXT NOT NULL,
    hash TEXT NOT NULL,
    CONSTRAINT pk_events PRIMARY KEY (id),
    CONSTRAINT uq_events_case_kind_case_id_sequence UNIQUE (case_kind, case_id, sequence),
    CONSTRAINT fk_events_actor_id_people FOREIGN KEY(actor_id) REFERENCES people (id),
    CONSTRAINT fk_events_acting_for_id_people FOREIGN KEY(acting_for_id) REFERENCES people (id)
);

CREATE INDEX ix_events_at_id ON events (at, id);

CREATE TABLE form_versions (
    id BIGSERIAL NOT NULL,
    fund_id BIGINT NOT NULL,
    number BIGINT NOT NULL,
    definition JSONB NOT NULL,
    sha256 TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_form_versions PRIMARY KEY (id),
    CONSTRAINT uq_form_versions_fund_id_number UNIQUE (fund_id, number),
    CONSTRAINT fk_form_versions_fund_id_funds FOREIGN KEY(fund_id) REFERENCES funds (id)
);

CREATE TABLE interests (
    id BIGSERIAL NOT NULL,
    person_id BIGINT NOT NULL,
    company_number TEXT NOT NULL,
    kind TEXT NOT NULL,
    declared_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_interests PRIMARY KEY (id),
    CONSTRAINT uq_interests_person_id_company_number_kind UNIQUE (person_id, company_number, kind),
    CONSTRAINT ck_interests_kind_known CHECK (kind IN ('interest', 'past_employer')),
    CONSTRAINT ck_interests_company_number_well_formed CHECK (company_number ~ '^[A-Z0-9]{8}$'),
    CONSTRAINT fk_interests_person_id_people FOREIGN KEY(person_id) REFERENCES people (id)
);

CREATE TABLE login_sessions (
    id BIGSERIAL NOT NULL,
    token_hash TEXT NOT NULL,
    person_id BIGINT NOT NULL,
    csrf TEXT NOT NULL,
    started_at TIMESTAMP WITH TIME ZONE NOT NULL,
    last_seen_at TIMESTAMP WITH TIME ZONE NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    second_factor_at TIMESTAMP WITH TIME ZONE,
    ended_at TIMESTAMP WITH TIME ZONE,
    address_hash TEXT NOT NULL,
    browser TEXT NOT NULL,
    kept JSONB DEFAULT '{}'::jsonb NOT NULL,
    CONSTRAINT pk_login_sessions PRIMARY KEY (id),
    CONSTRAINT ck_login_sessions_expires_after_it_begins CHECK (expires_at > started_at),
    CONSTRAINT uq_login_sessions_token_hash UNIQUE (token_hash),
    CONSTRAINT fk_login_sessions_person_id_people FOREIGN KEY(person_id) REFERENCES people (id)
);

CREATE INDEX ix_login_sessions_expires_at ON login_sessions (expires_at);

CREATE INDEX ix_login_sessions_live ON login_sessions (person_id) WHERE ended_at IS NULL;

CREATE TABLE memberships (
    id BIGSERIAL NOT NULL,
    organisation_id BIGINT NOT NULL,
    person_id BIGINT NOT NULL,
    since TIMESTAMP WITH TIME ZONE NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_memberships PRIMARY KEY (id),
    CONSTRAINT uq_memberships_organisation_id_person_id UNIQUE (organisation_id, person_id),
    CONSTRAINT fk_memberships_organisation_id_organisations FOREIGN KEY(organisation_id) REFERENCES organisations (id),
    CONSTRAINT fk_memberships_person_id_people FOREIGN KEY(person_id) REFERENCES people (id)
);

CREATE INDEX ix_memberships_person_id ON memberships (person_id);

CREATE TABLE messages (
    id BIGSERIAL NOT NULL,
    key TEXT NOT NULL,
    to_address TEXT NOT NULL,
    to_person_id BIGINT,
    subject TEXT NOT NULL,
    body_text TEXT NOT NULL,
    body_html TEXT,
    case_kind TEXT NOT NULL,
    case_id BIGINT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    sent_at TIMESTAMP WITH TIME ZONE,
    delivery TEXT NOT NULL,
    state TEXT NOT NULL,
    CONSTRAINT pk_messages PRIMARY KEY (id),
    CONSTRAINT ck_messages_delivery_known CHECK (delivery IN ('local', 'smtp')),
    CONSTRAINT ck_messages_state_known CHECK (state IN ('waiting', 'sent')),
    CONSTRAINT ck_messages_sent_has_an_instant CHECK ((state = 'sent') = (sent_at IS NOT NULL)),
    CONSTRAINT uq_messages_key UNIQUE (key),
    CONSTRAINT fk_messages_to_person_id_people FOREIGN KEY(to_person_id) REFERENCES people (id)
);

CREATE INDEX ix_messages_case ON messages (case_kind, case_id);

CREATE INDEX ix_messages_to_person_id_id ON messages (to_person_id, id);

CREATE INDEX ix_messages_waiting ON messages (id) WHERE state = 'waiting';

CREATE TABLE one_time_links (
    id BIGSERIAL NOT NULL,
    token_hash TEXT NOT NULL,
    purpose TEXT NOT NULL,
    person_id BIGINT,
    email TEXT NOT NULL,
    payload JSONB NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    used_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_one_time_links PRIMARY KEY (id),
    CONSTRAINT ck_one_time_links_purpose_known CHECK (purpose IN ('register', 'invite', 'reset', 'sign_in')),
    CONSTRAINT ck_one_time_links_person_unless_registering CHECK ((purpose = 'register') = (person_id IS NULL)),
    CONSTRAINT ck_one_time_links_email_normalised CHECK (email = lower(email)),
    CONSTRAINT uq_one_time_links_token_hash UNIQUE (token_hash),
    CONSTRAINT fk_one_time_links_person_id_people FOREIGN KEY(person_id) REFERENCES people (id)
);

CREATE INDEX ix_one_time_links_expires_at ON one_time_links (expires_at);

CREATE INDEX ix_one_time_links_person_id ON one_time_links (person_id);

CREATE TABLE payment_runs (
    id BIGSERIAL NOT NULL,
    number BIGINT NOT NULL,
    state TEXT NOT NULL,
    state_since TIMESTAMP WITH TIME ZONE NOT NULL,
    prepared_by_id BIGINT NOT NULL,
    approved_by_id BIGINT,
    file_sha256 TEXT,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_payment_runs PRIMARY KEY (id),
    CONSTRAINT ck_payment_runs_two_people CHECK (approved_by_id IS DISTINCT FROM prepared_by_id),
    CONSTRAINT uq_payment_runs_number UNIQUE (number),
    CONSTRAINT fk_payment_runs_prepared_by_id_people FOREIGN KEY(prepared_by_id) REFERENCES people (id),
    CONSTRAINT fk_payment_runs_approved_by_id_people FOREIGN KEY(approved_by_id) REFERENCES people (id)
);

CREATE TABLE recovery_codes (
    id BIGSERIAL NOT NULL,
    person_id BIGINT NOT NULL,
    code_hash TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    used_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_recovery_codes PRIMARY KEY (id),
    CONSTRAINT fk_recovery_codes_person_id_people FOREIGN KEY(person_id) REFERENCES people (id),
    CONSTRAINT uq_recovery_codes_code_hash UNIQUE (code_hash)
);

CREATE INDEX ix_recovery_codes_person_id ON recovery_codes (person_id);

CREATE TABLE role_grants (
    id BIGSERIAL NOT NULL,
    person_id BIGINT NOT NULL,
    role TEXT NOT NULL,
    granted_by_id BIGINT,
    granted_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ended_by_id BIGINT,
    ended_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_role_grants PRIMARY KEY (id),
    CONSTRAINT ck_role_grants_role_known CHECK (role = ANY (string_to_array('applicant, assessor, officer, board_member, board_chair, decider, finance, auditor, administrator', ', '))),
    CONSTRAINT ck_role_grants_ends_after_it_begins CHECK (ended_at IS NULL OR ended_at >= granted_at),
    CONSTRAINT fk_role_grants_person_id_people FOREIGN KEY(person_id) REFERENCES people (id),
    CONSTRAINT fk_role_grants_granted_by_id_people FOREIGN KEY(granted_by_id) REFERENCES people (id),
    CONSTRAINT fk_role_grants_ended_by_id_people FOREIGN KEY(ended_by_id) REFERENCES people (id)
);

CREATE INDEX ix_role_grants_person_id ON role_grants (person_id);

CREATE INDEX ix_role_grants_role ON role_grants (role, person_id) WHERE ended_at IS NULL;

CREATE UNIQUE INDEX uq_role_grants_live ON role_grants (person_id, role) WHERE ended_at IS NULL;

CREATE TABLE event_personal (
    event_id BIGINT NOT NULL,
    salt TEXT NOT NULL,
    body JSONB NOT NULL,
    CONSTRAINT pk_event_personal PRIMARY KEY (event_id),
    CONSTRAINT fk_event_personal_event_id_events FOREIGN KEY(event_id) REFERENCES events (id)
);

CREATE TABLE ledger_transactions (
    id BIGSERIAL NOT NULL,
    key TEXT NOT NULL,
    posting TEXT NOT NULL,
    event_id BIGINT NOT NULL,
    reverses_id BIGINT,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_ledger_transactions PRIMARY KEY (id),
    CONSTRAINT uq_ledger_transactions_key UNIQUE (key),
    CONSTRAINT fk_ledger_transactions_event_id_events FOREIGN KEY(event_id) REFERENCES events (id),
    CONSTRAINT uq_ledger_transactions_reverses_id UNIQUE (reverses_id),
    CONSTRAINT fk_ledger_transactions_reverses_id_ledger_transactions FOREIGN KEY(reverses_id) REFERENCES ledger_transactions (id)
);

CREATE INDEX ix_ledger_transactions_event_id ON ledger_transactions (event_id);

CREATE TABLE rounds (
    id BIGSERIAL NOT NULL,
    fund_id BIGINT NOT NULL,
    form_version_id BIGINT NOT NULL,
    number BIGINT NOT NULL,
    ref TEXT NOT NULL,
    title TEXT NOT NULL,
    summary TEXT NOT NULL,
    state TEXT NOT NULL,
    state_since TIMESTAMP WITH TIME ZONE NOT NULL,
    pathway TEXT NOT NULL,
    pathway_version BIGINT NOT NULL,
    opens_at TIMESTAMP WITH TIME ZONE,
    closes_at TIMESTAMP WITH TIME ZONE,
    published_at TIMESTAMP WITH TIME ZONE,
    checked_by_on DATE,
    assessed_by_on DATE,
    board_on DATE,
    hear_by_on DATE,
    release_at TIMESTAMP WITH TIME ZONE,
    terms JSONB NOT NULL,
    terms_sha256 TEXT,
    next_bid_number BIGINT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_rounds PRIMARY KEY (id),
    CONSTRAINT ck_rounds_opens_before_it_closes CHECK (closes_at IS NULL OR opens_at < closes_at),
    CONSTRAINT ck_rounds_published_terms_are_hashed CHECK (state = 'draft' OR terms_sha256 IS NOT NULL),
    CONSTRAINT uq_rounds_fund_id_number UNIQUE (fund_id, number),
    CONSTRAINT fk_rounds_fund_id_funds FOREIGN KEY(fund_id) REFERENCES funds (id),
    CONSTRAINT fk_rounds_form_version_id_form_versions FOREIGN KEY(form_version_id) REFERENCES form_versions (id),
    CONSTRAINT uq_rounds_ref UNIQUE (ref)
);

CREATE INDEX ix_rounds_closes_at ON rounds (closes_at);

CREATE INDEX ix_rounds_state ON rounds (state);

CREATE TABLE batches (
    id BIGSERIAL NOT NULL,
    round_id BIGINT NOT NULL,
    number BIGINT NOT NULL,
    cut_off_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_batches PRIMARY KEY (id),
    CONSTRAINT uq_batches_round_id_number UNIQUE (round_id, number),
    CONSTRAINT uq_batches_round_id_cut_off_at UNIQUE (round_id, cut_off_at),
    CONSTRAINT fk_batches_round_id_rounds FOREIGN KEY(round_id) REFERENCES rounds (id)
);

CREATE TABLE criteria (
    id BIGSERIAL NOT NULL,
    round_id BIGINT NOT NULL,
    position BIGINT NOT NULL,
    key TEXT NOT NULL,
    name TEXT NOT NULL,
    short_name TEXT NOT NULL,
    prompt TEXT NOT NULL,
    weight NUMERIC(6, 3) NOT NULL,
    max_score BIGINT NOT NULL,
    threshold BIGINT,
    guide JSONB NOT NULL,
    CONSTRAINT pk_criteria PRIMARY KEY (id),
    CONSTRAINT uq_criteria_round_id_key UNIQUE (round_id, key),
    CONSTRAINT ck_criteria_weight_positive CHECK (weight > 0),
    CONSTRAINT ck_criteria_max_score_positive CHECK (max_score > 0),
    CONSTRAINT fk_criteria_round_id_rounds FOREIGN KEY(round_id) REFERENCES rounds (id)
);

CREATE TABLE ledger_sums (
    round_id BIGINT NOT NULL,
    financial_year BIGINT NOT NULL,
    account TEXT NOT NULL,
    pence BIGINT NOT NULL,
    entries BIGINT NOT NULL,
    CONSTRAINT pk_ledger_sums PRIMARY KEY (round_id, financial_year, account),
    CONSTRAINT fk_ledger_sums_round_id_rounds FOREIGN KEY(round_id) REFERENCES rounds (id)
);

CREATE TABLE meetings (
    id BIGSERIAL NOT NULL,
    round_id BIGINT NOT NULL,
    title TEXT NOT NULL,
    state TEXT NOT NULL,
    state_since TIMESTAMP WITH TIME ZONE NOT NULL,
    meets_at TIMESTAMP WITH TIME ZONE NOT NULL,
    quorum BIGINT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_meetings PRIMARY KEY (id),
    CONSTRAINT ck_meetings_quorum_positive CHECK (quorum > 0),
    CONSTRAINT fk_meetings_round_id_rounds FOREIGN KEY(round_id) REFERENCES rounds (id)
);

CREATE INDEX ix_meetings_round_id ON meetings (round_id);

CREATE TABLE round_budgets (
    round_id BIGINT NOT NULL,
    financial_year BIGINT NOT NULL,
    amount_pence BIGINT NOT NULL,
    held_pence BIGINT NOT NULL,
    committed_pence BIGINT NOT NULL,
    CONSTRAINT pk_round_budgets PRIMARY KEY (round_id, financial_year),
    CONSTRAINT ck_round_budgets_nothing_negative CHECK (held_pence >= 0 AND committed_pence >= 0),
    CONSTRAINT ck_round_budgets_never_overspent CHECK (held_pence + committed_pence <= amount_pence),
    CONSTRAINT fk_round_budgets_round_id_rounds FOREIGN KEY(round_id) REFERENCES rounds (id)
);

CREATE TABLE applications (
    id BIGSERIAL NOT NULL,
    round_id BIGINT NOT NULL,
    batch_id BIGINT,
    organisation_id BIGINT NOT NULL,
    lead_id BIGINT NOT NULL,
    number BIGINT NOT NULL,
    reference TEXT NOT NULL,
    bid_ref TEXT,
    import_sha256 TEXT,
    state TEXT NOT NULL,
    state_since TIMESTAMP WITH TIME ZONE NOT NULL,
    title TEXT NOT NULL,
    summary TEXT NOT NULL,
    theme TEXT,
    total_cost_pence BIGINT NOT NULL,
    grant_requested_pence BIGINT NOT NULL,
    match_funding_pence BIGINT NOT NULL,
    rd_share_bp BIGINT NOT NULL,
    rd_type TEXT DEFAULT 'experimental' NOT NULL,
    starts_on DATE,
    months BIGINT,
    project_version BIGINT DEFAULT 1 NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    submitted_at TIMESTAMP WITH TIME ZONE,
    closes_at TIMESTAMP WITH TIME ZONE,
    late_reason TEXT,
    score NUMERIC(9, 6),
    spread NUMERIC(9, 6),
    is_recommended BOOLEAN,
    decision_release_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_applications PRIMARY KEY (id),
    CONSTRAINT uq_applications_round_id_number UNIQUE (round_id, number),
    CONSTRAINT uq_applications_round_id_bid_ref UNIQUE (round_id, bid_ref),
    CONSTRAINT ck_applications_submitted_before_the_close CHECK (closes_at IS NULL OR submitted_at IS NULL OR late_reason IS NOT NULL OR submitted_at < closes_at),
    CONSTRAINT ck_applications_sent_in_once_past_draft CHECK (state IN ('draft', 'withdrawn') OR submitted_at IS NOT NULL),
    CONSTRAINT ck_applications_amounts_not_negative CHECK (total_cost_pence >= 0 AND grant_requested_pence >= 0 AND match_funding_pence >= 0),
    CONSTRAINT ck_applications_rd_share_is_a_share CHECK (rd_share_bp BETWEEN 0 AND 10000),
    CONSTRAINT ck_applications_rd_type_known CHECK (rd_type IN ('basic', 'applied', 'experimental')),
    CONSTRAINT fk_applications_round_id_rounds FOREIGN KEY(round_id) REFERENCES rounds (id),
    CONSTRAINT fk_applications_batch_id_batches FOREIGN KEY(batch_id) REFERENCES batches (id),
    CONSTRAINT fk_applications_organisation_id_organisations FOREIGN KEY(organisation_id) REFERENCES organisations (id),
    CONSTRAINT fk_applications_lead_id_people FOREIGN KEY(lead_id) REFERENCES people (id),
    CONSTRAINT uq_applications_reference UNIQUE (reference)
);

CREATE INDEX ix_applications_lead_id ON applications (lead_id);

CREATE INDEX ix_applications_organisation_id ON applications (organisation_id);

CREATE INDEX ix_applications_reference_prefix ON applications (reference text_pattern_ops);

CREATE INDEX ix_applications_round_id_id ON applications (round_id, id);

CREATE INDEX ix_applications_round_id_score_id ON applications (round_id, score, id);

CREATE INDEX ix_applications_round_id_state_id ON applications (round_id, state, id) INCLUDE (is_recommended);

CREATE INDEX ix_applications_state_id ON applications (state, id);

CREATE INDEX ix_applications_submitted_at ON applications (submitted_at);

CREATE INDEX ix_applications_title_words ON applications USING gin (to_tsvector('simple', title));

CREATE TABLE meeting_members (
    meeting_id BIGINT NOT NULL,
    person_id BIGINT NOT NULL,
    is_chair BOOLEAN NOT NULL,
    is_present BOOLEAN NOT NULL,
    CONSTRAINT pk_meeting_members PRIMARY KEY (meeting_id, person_id),
    CONSTRAINT fk_meeting_members_meeting_id_meetings FOREIGN KEY(meeting_id) REFERENCES meetings (id),
    CONSTRAINT fk_meeting_members_person_id_people FOREIGN KEY(person_id) REFERENCES people (id)
);

CREATE TABLE answers (
    application_id BIGINT NOT NULL,
    question TEXT NOT NULL,
    value JSONB NOT NULL,
    version BIGINT NOT NULL,
    saved_at TIMESTAMP WITH TIME ZONE NOT NULL,
    saved_by_id BIGINT NOT NULL,
    CONSTRAINT pk_answers PRIMARY KEY (application_id, question),
    CONSTRAINT fk_answers_application_id_applications FOREIGN KEY(application_id) REFERENCES applications (id),
    CONSTRAINT fk_answers_saved_by_id_people FOREIGN KEY(saved_by_id) REFERENCES people (id)
);

CREATE TABLE assessments (
    id BIGSERIAL NOT NULL,
    application_id BIGINT NOT NULL,
    assessor_id BIGINT NOT NULL,
    state TEXT NOT NULL,
    state_since TIMESTAMP WITH TIME ZONE NOT NULL,
    due_on DATE,
    reading_order BIGINT NOT NULL,
    no_conflict_at TIMESTAMP WITH TIME ZONE,
    conflict_at TIMESTAMP WITH TIME ZONE,
    submitted_at TIMESTAMP WITH TIME ZONE,
    total NUMERIC(9, 6),
    set_aside_reason TEXT,
    set_aside_by_id BIGINT,
    set_aside_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_assessments PRIMARY KEY (id),
    CONSTRAINT uq_assessments_application_id_assessor_id UNIQUE (application_id, assessor_id),
    CONSTRAINT ck_assessments_submitted_has_a_total CHECK ((state = 'submitted') <= (total IS NOT NULL)),
    CONSTRAINT ck_assessments_set_aside_for_a_reason CHECK (set_aside_at IS NULL OR (set_aside_reason IS NOT NULL AND set_aside_by_id IS NOT NULL)),
    CONSTRAINT fk_assessments_application_id_applications FOREIGN KEY(application_id) REFERENCES applications (id),
    CONSTRAINT fk_assessments_assessor_id_people FOREIGN KEY(assessor_id) REFERENCES people (id),
    CONSTRAINT fk_assessments_set_aside_by_id_people FOREIGN KEY(set_aside_by_id) REFERENCES people (id)
);

CREATE INDEX ix_assessments_application_id_state ON assessments (application_id, state) INCLUDE (set_aside_at);

CREATE INDEX ix_assessments_assessor_id_state ON assessments (assessor_id, state);

CREATE INDEX ix_assessments_state_due_on ON assessments (state, due_on);

CREATE TABLE decisions (
    id BIGSERIAL NOT NULL,
    application_id BIGINT NOT NULL,
    meeting_id BIGINT,
    body TEXT NOT NULL,
    outcome TEXT NOT NULL,
    amount_pence BIGINT NOT NULL,
    conditions JSONB NOT NULL,
    reason TEXT NOT NULL,
    submission_sha256 TEXT NOT NULL,
    decided_by_id BIGINT NOT NULL,
    decided_at TIMESTAMP WITH TIME ZONE NOT NULL,
    effective_at TIMESTAMP WITH TIME ZONE NOT NULL,
    supersedes_id BIGINT,
    CONSTRAINT pk_decisions PRIMARY KEY (id),
    CONSTRAINT ck_decisions_outcome_known CHECK (outcome IN ('approve', 'recommend', 'reserve', 'defer', 'decline', 'send_back')),
    CONSTRAINT ck_decisions_amount_not_negative CHECK (amount_pence >= 0),
    CONSTRAINT fk_decisions_application_id_applications FOREIGN KEY(application_id) REFERENCES applications (id),
    CONSTRAINT fk_decisions_meeting_id_meetings FOREIGN KEY(meeting_id) REFERENCES meetings (id),
    CONSTRAINT fk_decisions_decided_by_id_people FOREIGN KEY(decided_by_id) REFERENCES people (id),
    CONSTRAINT fk_decisions_supersedes_id_decisions FOREIGN KEY(supersedes_id) REFERENCES decisions (id)
);

CREATE INDEX ix_decisions_application_id ON decisions (application_id);

CREATE INDEX ix_decisions_meeting_id ON decisions (meeting_id);

CREATE TABLE meeting_items (
    id BIGSERIAL NOT NULL,
    meeting_id BIGINT NOT NULL,
    application_id BIGINT NOT NULL,
    position BIGINT NOT NULL,
    outcome TEXT,
    amount_pence BIGINT,
    reason TEXT NOT NULL,
    conditions JSONB NOT NULL,
    held_pence BIGINT NOT NULL,
    recorded_by_id BIGINT,
    recorded_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_meeting_items PRIMARY KEY (id),
    CONSTRAINT uq_meeting_items_meeting_id_application_id UNIQUE (meeting_id, application_id),
    CONSTRAINT uq_meeting_items_meeting_id_position UNIQUE (meeting_id, position),
    CONSTRAINT ck_meeting_items_held_not_negative CHECK (held_pence >= 0),
    CONSTRAINT fk_meeting_items_meeting_id_meetings FOREIGN KEY(meeting_id) REFERENCES meetings (id),
    CONSTRAINT fk_meeting_items_application_id_applications FOREIGN KEY(application_id) REFERENCES applications (id),
    CONSTRAINT fk_meeting_items_recorded_by_id_people FOREIGN KEY(recorded_by_id) REFERENCES people (id)
);

CREATE INDEX ix_meeting_items_application_id ON meeting_items (application_id);

CREATE TABLE submissions (
    id BIGSERIAL NOT NULL,
    application_id BIGINT NOT NULL,
    number BIGINT NOT NULL,
    key TEXT NOT NULL,
    content JSONB NOT NULL,
    sha256 TEXT NOT NULL,
    submitted_at TIMESTAMP WITH TIME ZONE NOT NULL,
    submitted_by_id BIGINT NOT NULL,
    signatory TEXT NOT NULL,
    CONSTRAINT pk_submissions PRIMARY KEY (id),
    CONSTRAINT uq_submissions_application_id_number UNIQUE (application_id, number),
    CONSTRAINT uq_submissions_application_id_key UNIQUE (application_id, key),
    CONSTRAINT fk_submissions_application_id_applications FOREIGN KEY(application_id) REFERENCES applications (id),
    CONSTRAINT fk_submissions_submitted_by_id_people FOREIGN KEY(submitted_by_id) REFERENCES people (id)
);

CREATE TABLE awards (
    id BIGSERIAL NOT NULL,
    application_id BIGINT NOT NULL,
    decision_id BIGINT NOT NULL,
    reference TEXT NOT NULL,
    state TEXT NOT NULL,
    state_since TIMESTAMP WITH TIME ZONE NOT NULL,
    instrument TEXT NOT NULL,
    amount_pence BIGINT NOT NULL,
    eligible_cost_pence BIGINT NOT NULL,
    rate_bp BIGINT NOT NULL,
    retention_bp BIGINT NOT NULL,
    financial_year BIGINT NOT NULL,
    starts_on DATE NOT NULL,
    ends_on DATE NOT NULL,
    approved_at TIMESTAMP WITH TIME ZONE NOT NULL,
    earlier_assistance JSONB NOT NULL,
    earlier_assistance_pence BIGINT NOT NULL,
    subsidy_confirmed_at TIMESTAMP WITH TIME ZONE,
    subsidy_confirmed_by_id BIGINT,
    offered_at TIMESTAMP WITH TIME ZONE,
    accept_by TIMESTAMP WITH TIME ZONE,
    accepted_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_awards PRIMARY KEY (id),
    CONSTRAINT ck_awards_amount_positive CHECK (amount_pence > 0),
    CONSTRAINT ck_awards_instrument_known CHECK (instrument IN ('grant', 'equity', 'convertible_loan')),
    CONSTRAINT ck_awards_assistance_not_negative CHECK (earlier_assistance_pence >= 0),
    CONSTRAINT uq_awards_application_id UNIQUE (application_id),
    CONSTRAINT fk_awards_application_id_applications FOREIGN KEY(application_id) REFERENCES applications (id),
    CONSTRAINT fk_awards_decision_id_decisions FOREIGN KEY(decision_id) REFERENCES decisions (id),
    CONSTRAINT uq_awards_reference UNIQUE (reference),
    CONSTRAINT fk_awards_subsidy_confirmed_by_id_people FOREIGN KEY(subsidy_confirmed_by_id) REFERENCES people (id)
);

CREATE INDEX ix_awards_state_id ON awards (state, id);

CREATE TABLE conflict_overrides (
    assessment_id BIGINT NOT NULL,
    signed_by_id BIGINT NOT NULL,
    reason TEXT NOT NULL,
    signed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_conflict_overrides PRIMARY KEY (assessment_id, signed_by_id),
    CONSTRAINT ck_conflict_overrides_reason_given CHECK (reason <> ''),
    CONSTRAINT fk_conflict_overrides_assessment_id_assessments FOREIGN KEY(assessment_id) REFERENCES assessments (id),
    CONSTRAINT fk_conflict_overrides_signed_by_id_people FOREIGN KEY(signed_by_id) REFERENCES people (id)
);

CREATE TABLE interest_declarations (
    item_id BIGINT NOT NULL,
    person_id BIGINT NOT NULL,
    nature TEXT NOT NULL,
    leaves BOOLEAN NOT NULL,
    declared_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_interest_declarations PRIMARY KEY (item_id, person_id),
    CONSTRAINT fk_interest_declarations_item_id_meeting_items FOREIGN KEY(item_id) REFERENCES meeting_items (id),
    CONSTRAINT fk_interest_declarations_person_id_people FOREIGN KEY(person_id) REFERENCES people (id)
);

CREATE TABLE marks (
    assessment_id BIGINT NOT NULL,
    criterion_id BIGINT NOT NULL,
    score BIGINT,
    not_applicable BOOLEAN NOT NULL,
    comment TEXT NOT NULL,
    saved_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_marks PRIMARY KEY (assessment_id, criterion_id),
    CONSTRAINT ck_marks_scored_or_not_applicable CHECK (NOT (not_applicable AND score IS NOT NULL)),
    CONSTRAINT ck_marks_score_not_negative CHECK (score >= 0),
    CONSTRAINT fk_marks_assessment_id_assessments FOREIGN KEY(assessment_id) REFERENCES assessments (id),
    CONSTRAINT fk_marks_criterion_id_criteria FOREIGN KEY(criterion_id) REFERENCES criteria (id)
);

CREATE TABLE votes (
    item_id BIGINT NOT NULL,
    person_id BIGINT NOT NULL,
    choice TEXT NOT NULL,
    cast_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_votes PRIMARY KEY (item_id, person_id),
    CONSTRAINT ck_votes_choice_known CHECK (choice IN ('for', 'against', 'abstain')),
    CONSTRAINT fk_votes_item_id_meeting_items FOREIGN KEY(item_id) REFERENCES meeting_items (id),
    CONSTRAINT fk_votes_person_id_people FOREIGN KEY(person_id) REFERENCES people (id)
);

CREATE TABLE claims (
    id BIGSERIAL NOT NULL,
    award_id BIGINT NOT NULL,
    number BIGINT NOT NULL,
    state TEXT NOT NULL,
    state_since TIMESTAMP WITH TIME ZONE NOT NULL,
    period_ends_on DATE NOT NULL,
    payable_pence BIGINT NOT NULL,
    retained_pence BIGINT NOT NULL,
    submitted_at TIMESTAMP WITH TIME ZONE,
    submitted_by_id BIGINT,
    checked_by_id BIGINT,
    approved_by_id BIGINT,
    approved_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_claims PRIMARY KEY (id),
    CONSTRAINT uq_claims_award_id_number UNIQUE (award_id, number),
    CONSTRAINT ck_claims_payable_not_negative CHECK (payable_pence >= 0 AND payable_pence + retained_pence >= 0),
    CONSTRAINT fk_claims_award_id_awards FOREIGN KEY(award_id) REFERENCES awards (id),
    CONSTRAINT fk_claims_submitted_by_id_people FOREIGN KEY(submitted_by_id) REFERENCES people (id),
    CONSTRAINT fk_claims_checked_by_id_people FOREIGN KEY(checked_by_id) REFERENCES people (id),
    CONSTRAINT fk_claims_approved_by_id_people FOREIGN KEY(approved_by_id) REFERENCES people (id)
);

CREATE INDEX ix_claims_state_id ON claims (state, id);

CREATE TABLE conditions (
    id BIGSERIAL NOT NULL,
    award_id BIGINT NOT NULL,
    number BIGINT NOT NULL,
    moment TEXT NOT NULL,
    text TEXT NOT NULL,
    due_on DATE,
    before_payment BOOLEAN NOT NULL,
    discharged_at TIMESTAMP WITH TIME ZONE,
    discharged_by_id BIGINT,
    CONSTRAINT pk_conditions PRIMARY KEY (id),
    CONSTRAINT uq_conditions_award_id_number UNIQUE (award_id, number),
    CONSTRAINT fk_conditions_award_id_awards FOREIGN KEY(award_id) REFERENCES awards (id),
    CONSTRAINT fk_conditions_discharged_by_id_people FOREIGN KEY(discharged_by_id) REFERENCES people (id)
);

CREATE TABLE instalments (
    id BIGSERIAL NOT NULL,
    award_id BIGINT NOT NULL,
    number BIGINT NOT NULL,
    due_on DATE NOT NULL,
    amount_pence BIGINT NOT NULL,
    CONSTRAINT pk_instalments PRIMARY KEY (id),
    CONSTRAINT uq_instalments_award_id_number UNIQUE (award_id, number),
    CONSTRAINT ck_instalments_amount_not_negative CHECK (amount_pence >= 0),
    CONSTRAINT fk_instalments_award_id_awards FOREIGN KEY(award_id) REFERENCES awards (id)
);

CREATE TABLE ledger_entries (
    id BIGSERIAL NOT NULL,
    transaction_id BIGINT NOT NULL,
    account TEXT NOT NULL,
    round_id BIGINT NOT NULL,
    financial_year BIGINT NOT NULL,
    award_id BIGINT,
    pence BIGINT NOT NULL,
    CONSTRAINT pk_ledger_entries PRIMARY KEY (id),
    CONSTRAINT ck_ledger_entries_pence_not_zero CHECK (pence <> 0),
    CONSTRAINT ck_ledger_entries_account_known CHECK (account IN ('funding', 'available', 'committed', 'contracted', 'payable', 'retained', 'in_transit', 'paid', 'receivable', 'recovered')),
    CONSTRAINT fk_ledger_entries_transaction_id_ledger_transactions FOREIGN KEY(transaction_id) REFERENCES ledger_transactions (id),
    CONSTRAINT fk_ledger_entries_round_id_rounds FOREIGN KEY(round_id) REFERENCES rounds (id),
    CONSTRAINT fk_ledger_entries_award_id_awards FOREIGN KEY(award_id) REFERENCES awards (id)
);

CREATE INDEX ix_ledger_entries_award_id ON ledger_entries (award_id);

CREATE INDEX ix_ledger_entries_round_id_financial_year_account ON ledger_entries (round_id, financial_year, account);

CREATE INDEX ix_ledger_entries_transaction_id ON ledger_entries (transaction_id);

CREATE TABLE letters (
    id BIGSERIAL NOT NULL,
    kind TEXT NOT NULL,
    number BIGINT NOT NULL,
    code TEXT NOT NULL,
    application_id BIGINT NOT NULL,
    award_id BIGINT,
    event_id BIGINT NOT NULL,
    replaces_id BIGINT,
    template_version TEXT NOT NULL,
    facts_sha256 TEXT NOT NULL,
    pdf_sha256 TEXT NOT NULL,
    pdf_size BIGINT NOT NULL,
    pages BIGINT NOT NULL,
    storage_key TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_letters PRIMARY KEY (id),
    CONSTRAINT uq_letters_kind_application_id_event_id UNIQUE (kind, application_id, event_id),
    CONSTRAINT uq_letters_kind_application_id_number UNIQUE (kind, application_id, number),
    CONSTRAINT ck_letters_number_from_one CHECK (number >= 1),
    CONSTRAINT ck_letters_code_form CHECK (code ~ '^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$'),
    CONSTRAINT ck_letters_facts_sha256_form CHECK (facts_sha256 ~ '^[0-9a-f]{64}$'),
    CONSTRAINT ck_letters_pdf_sha256_form CHECK (pdf_sha256 ~ '^[0-9a-f]{64}$'),
    CONSTRAINT ck_letters_not_empty CHECK (pdf_size > 0 AND pages > 0),
    CONSTRAINT ck_letters_not_its_own_replacement CHECK (replaces_id <> id),
    CONSTRAINT uq_letters_code UNIQUE (code),
    CONSTRAINT fk_letters_application_id_applications FOREIGN KEY(application_id) REFERENCES applications (id),
    CONSTRAINT fk_letters_award_id_awards FOREIGN KEY(award_id) REFERENCES awards (id),
    CONSTRAINT fk_letters_event_id_events FOREIGN KEY(event_id) REFERENCES events (id),
    CONSTRAINT uq_letters_replaces_id UNIQUE (replaces_id),
    CONSTRAINT fk_letters_replaces_id_letters FOREIGN KEY(replaces_id) REFERENCES letters (id),
    CONSTRAINT uq_letters_storage_key UNIQUE (storage_key)
);

CREATE INDEX ix_letters_application_id_id ON letters (application_id, id);

CREATE INDEX ix_letters_award_id ON letters (award_id);

CREATE TABLE rd_entries (
    id BIGSERIAL NOT NULL,
    key TEXT NOT NULL,
    event_id BIGINT NOT NULL,
    measure TEXT NOT NULL,
    award_id BIGINT NOT NULL,
    source_of_funds TEXT NOT NULL,
    authority TEXT NOT NULL,
    rd_type TEXT NOT NULL,
    quarter_starts_on DATE NOT NULL,
    pence BIGINT NOT NULL,
    is_estimated BOOLEAN NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_rd_entries PRIMARY KEY (id),
    CONSTRAINT ck_rd_entries_measure_known CHECK (measure IN ('committed', 'contracted', 'defrayed')),
    CONSTRAINT ck_rd_entries_pence_not_zero CHECK (pence <> 0),
    CONSTRAINT uq_rd_entries_key UNIQUE (key),
    CONSTRAINT fk_rd_entries_event_id_events FOREIGN KEY(event_id) REFERENCES events (id),
    CONSTRAINT fk_rd_entries_award_id_awards FOREIGN KEY(award_id) REFERENCES awards (id)
);

CREATE INDEX ix_rd_entries_award_id ON rd_entries (award_id);

CREATE INDEX ix_rd_entries_event_id ON rd_entries (event_id);

CREATE INDEX ix_rd_entries_measure_quarter_starts_on ON rd_entries (measure, quarter_starts_on);

CREATE TABLE claim_lines (
    id BIGSERIAL NOT NULL,
    claim_id BIGINT NOT NULL,
    number BIGINT NOT NULL,
    supplier TEXT NOT NULL,
    invoice_number TEXT NOT NULL,
    invoiced_on DATE NOT NULL,
    paid_on DATE NOT NULL,
    net_pence BIGINT NOT NULL,
    vat_pence BIGINT NOT NULL,
    vat_recoverable BOOLEAN NOT NULL,
    category TEXT NOT NULL,
    rd_type TEXT NOT NULL,
    rd_share_bp BIGINT NOT NULL,
    approved_pence BIGINT NOT NULL,
    reduction_reason TEXT NOT NULL,
    CONSTRAINT pk_claim_lines PRIMARY KEY (id),
    CONSTRAINT uq_claim_lines_claim_id_number UNIQUE (claim_id, number),
    CONSTRAINT ck_claim_lines_amounts_make_sense CHECK (net_pence > 0 AND vat_pence >= 0),
    CONSTRAINT ck_claim_lines_approved_within_cost CHECK (approved_pence BETWEEN 0 AND net_pence + vat_pence),
    CONSTRAINT ck_claim_lines_rd_share_is_a_share CHECK (rd_share_bp BETWEEN 0 AND 10000),
    CONSTRAINT fk_claim_lines_claim_id_claims FOREIGN KEY(claim_id) REFERENCES claims (id)
);

CREATE TABLE letter_acceptances (
    id BIGSERIAL NOT NULL,
    letter_id BIGINT NOT NULL,
    person_id BIGINT NOT NULL,
    name TEXT NOT NULL,
    accepted_at TIMESTAMP WITH TIME ZONE NOT NULL,
    pdf_sha256 TEXT NOT NULL,
    CONSTRAINT pk_letter_acceptances PRIMARY KEY (id),
    CONSTRAINT ck_letter_acceptances_name_given CHECK (length(trim(name)) > 0),
    CONSTRAINT ck_letter_acceptances_pdf_sha256_form CHECK (pdf_sha256 ~ '^[0-9a-f]{64}$'),
    CONSTRAINT uq_letter_acceptances_letter_id UNIQUE (letter_id),
    CONSTRAINT fk_letter_acceptances_letter_id_letters FOREIGN KEY(letter_id) REFERENCES letters (id),
    CONSTRAINT fk_letter_acceptances_person_id_people FOREIGN KEY(person_id) REFERENCES people (id)
);

CREATE TABLE letter_facts (
    letter_id BIGINT NOT NULL,
    body JSONB NOT NULL,
    CONSTRAINT pk_letter_facts PRIMARY KEY (letter_id),
    CONSTRAINT fk_letter_facts_letter_id_letters FOREIGN KEY(letter_id) REFERENCES letters (id)
);

CREATE TABLE letter_releases (
    id BIGSERIAL NOT NULL,
    letter_id BIGINT NOT NULL,
    released_by_id BIGINT,
    released_at TIMESTAMP WITH TIME ZONE NOT NULL,
    visible_from TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_letter_releases PRIMARY KEY (id),
    CONSTRAINT ck_letter_releases_visible_after_release CHECK (visible_from >= released_at),
    CONSTRAINT uq_letter_releases_letter_id UNIQUE (letter_id),
    CONSTRAINT fk_letter_releases_letter_id_letters FOREIGN KEY(letter_id) REFERENCES letters (id),
    CONSTRAINT fk_letter_releases_released_by_id_people FOREIGN KEY(released_by_id) REFERENCES people (id)
);

CREATE INDEX ix_letter_releases_visible_from ON letter_releases (visible_from);

CREATE TABLE letter_voids (
    id BIGSERIAL NOT NULL,
    letter_id BIGINT NOT NULL,
    reason TEXT NOT NULL,
    voided_by_id BIGINT NOT NULL,
    voided_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_letter_voids PRIMARY KEY (id),
    CONSTRAINT ck_letter_voids_reason_given CHECK (length(trim(reason)) > 0),
    CONSTRAINT uq_letter_voids_letter_id UNIQUE (letter_id),
    CONSTRAINT fk_letter_voids_letter_id_letters FOREIGN KEY(letter_id) REFERENCES letters (id),
    CONSTRAINT fk_letter_voids_voided_by_id_people FOREIGN KEY(voided_by_id) REFERENCES people (id)
);

CREATE TABLE payment_lines (
    id BIGSERIAL NOT NULL,
    run_id BIGINT NOT NULL,
    claim_id BIGINT NOT NULL,
    bank_account_id BIGINT NOT NULL,
    end_to_end_id TEXT NOT NULL,
    pence BIGINT NOT NULL,
    result TEXT,
    result_on DATE,
    CONSTRAINT pk_payment_lines PRIMARY KEY (id),
    CONSTRAINT ck_payment_lines_pence_positive CHECK (pence > 0),
    CONSTRAINT ck_payment_lines_result_known CHECK (result IN ('paid', 'refused')),
    CONSTRAINT fk_payment_lines_run_id_payment_runs FOREIGN KEY(run_id) REFERENCES payment_runs (id),
    CONSTRAINT fk_payment_lines_claim_id_claims FOREIGN KEY(claim_id) REFERENCES claims (id),
    CONSTRAINT fk_payment_lines_bank_account_id_bank_accounts FOREIGN KEY(bank_account_id) REFERENCES bank_accounts (id),
    CONSTRAINT uq_payment_lines_end_to_end_id UNIQUE (end_to_end_id)
);

CREATE INDEX ix_payment_lines_run_id ON payment_lines (run_id);

CREATE UNIQUE INDEX uq_payment_lines_claim_id_live ON payment_lines (claim_id) WHERE result IS DISTINCT FROM 'refused';
