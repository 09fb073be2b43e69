ALTER TABLE organisations ADD COLUMN registered_postcode TEXT;
ALTER TABLE organisations ADD COLUMN year_ended_on DATE;

CREATE TABLE size_facts (
    id BIGSERIAL NOT NULL,
    organisation_id BIGINT NOT NULL,
    year_ended_on DATE,
    no_accounts BOOLEAN NOT NULL,
    months BIGINT NOT NULL,
    staff_count BIGINT,
    turnover_pence BIGINT,
    gross_assets_pence BIGINT,
    source TEXT NOT NULL,
    verified BOOLEAN NOT NULL,
    said_by_id BIGINT,
    said_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_size_facts PRIMARY KEY (id),
    CONSTRAINT ck_size_facts_a_year_has_accounts CHECK (NOT (no_accounts AND year_ended_on IS NOT NULL)),
    CONSTRAINT ck_size_facts_months_of_accounts CHECK (months BETWEEN 1 AND 18),
    CONSTRAINT ck_size_facts_staff_not_negative CHECK (staff_count >= 0),
    CONSTRAINT ck_size_facts_source_known CHECK (source IN ('stated', 'companies_house')),
    CONSTRAINT ck_size_facts_verified_by_a_source CHECK (NOT verified OR source <> 'stated'),
    CONSTRAINT fk_size_facts_organisation_id_organisations FOREIGN KEY(organisation_id) REFERENCES organisations (id),
    CONSTRAINT fk_size_facts_said_by_id_people FOREIGN KEY(said_by_id) REFERENCES people (id)
);

CREATE INDEX ix_size_facts_organisation_id_year_ended_on_id ON size_facts (organisation_id, year_ended_on, id);

CREATE TABLE company_facts (
    id BIGSERIAL NOT NULL,
    organisation_id BIGINT NOT NULL,
    asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
    outcome TEXT NOT NULL,
    name TEXT,
    status TEXT,
    registered_postcode TEXT,
    incorporated_on DATE,
    sic_codes JSONB NOT NULL,
    CONSTRAINT pk_company_facts PRIMARY KEY (id),
    CONSTRAINT ck_company_facts_outcome_known CHECK (outcome IN ('found', 'not_found', 'unreachable')),
    CONSTRAINT ck_company_facts_found_by_name CHECK ((outcome = 'found') = (name IS NOT NULL)),
    CONSTRAINT fk_company_facts_organisation_id_organisations FOREIGN KEY(organisation_id) REFERENCES organisations (id)
);

CREATE INDEX ix_company_facts_organisation_id_id ON company_facts (organisation_id, id);

-- What organisations said of their size before years were asked for.
INSERT INTO size_facts (organisation_id, no_accounts, months, staff_count, turnover_pence, gross_assets_pence, source, verified, said_at)
SELECT id, FALSE, 12, staff_count, turnover_pence, gross_assets_pence, 'stated', FALSE, created_at
FROM organisations
WHERE num_nonnulls(staff_count, turnover_pence, gross_assets_pence) > 0
ORDER BY id;

CREATE TRIGGER rows_are_only_added BEFORE UPDATE OR DELETE ON size_facts
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER table_is_never_emptied BEFORE TRUNCATE ON size_facts
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER rows_are_only_added BEFORE UPDATE OR DELETE ON company_facts
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER table_is_never_emptied BEFORE TRUNCATE ON company_facts
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
