CREATE TABLE bid_files (
    id BIGSERIAL NOT NULL,
    application_id BIGINT NOT NULL,
    question TEXT NOT NULL,
    name TEXT NOT NULL,
    type TEXT NOT NULL,
    size BIGINT NOT NULL,
    pages BIGINT,
    sha256 TEXT NOT NULL,
    storage_key TEXT NOT NULL,
    added_at TIMESTAMP WITH TIME ZONE NOT NULL,
    added_by_id BIGINT NOT NULL,
    removed_at TIMESTAMP WITH TIME ZONE,
    removed_by_id BIGINT,
    scan TEXT NOT NULL,
    scanned_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_bid_files PRIMARY KEY (id),
    CONSTRAINT ck_bid_files_holds_something CHECK (size > 0),
    CONSTRAINT ck_bid_files_scan_known CHECK (scan IN ('not_scanned', 'pending', 'unreachable', 'clean', 'infected')),
    CONSTRAINT ck_bid_files_removed_by_somebody CHECK ((removed_at IS NULL) = (removed_by_id IS NULL)),
    CONSTRAINT fk_bid_files_application_id_applications FOREIGN KEY(application_id) REFERENCES applications (id),
    CONSTRAINT fk_bid_files_added_by_id_people FOREIGN KEY(added_by_id) REFERENCES people (id),
    CONSTRAINT fk_bid_files_removed_by_id_people FOREIGN KEY(removed_by_id) REFERENCES people (id)
);

CREATE INDEX ix_bid_files_answer ON bid_files (application_id, question, id);

-- A file that was added stays what it is: it may be taken out of its bid once, and its scan goes on.
CREATE FUNCTION refuse_another_file() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    may_change CONSTANT text[] := ARRAY['removed_at', 'removed_by_id', 'scan', 'scanned_at'];
BEGIN
    IF to_jsonb(OLD) - may_change <> to_jsonb(NEW) - may_change OR OLD.removed_at <> NEW.removed_at
        OR OLD.removed_at IS NOT NULL AND NEW.removed_at IS NULL THEN
        RAISE EXCEPTION 'UPDATE on bid_files is refused: a file that was added stays what it is'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER file_stays_what_it_is BEFORE UPDATE ON bid_files
    FOR EACH ROW EXECUTE FUNCTION refuse_another_file();
CREATE TRIGGER rows_are_never_removed BEFORE DELETE ON bid_files
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER table_is_never_emptied BEFORE TRUNCATE ON bid_files
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
