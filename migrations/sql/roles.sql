-- Who may do what inside the database. The migrator owns; the app and the worker read and write rows;
-- neither may change or remove a row that records what happened, nor alter any table.
DO $$
DECLARE
    reader text;
    kept text;
BEGIN
    FOREACH reader IN ARRAY ARRAY['fundapp_app', 'fundapp_worker'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = reader) THEN
            RAISE NOTICE 'role % does not exist: nothing granted to it', reader;
            CONTINUE;
        END IF;
        EXECUTE format('GRANT USAGE ON SCHEMA public TO %I', reader);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO %I', reader);
        EXECUTE format('GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO %I', reader);
        FOREACH kept IN ARRAY ARRAY[
            'events', 'anchors', 'ledger_transactions', 'ledger_entries', 'rd_entries',
            'submissions', 'decisions', 'votes',
            'letters', 'letter_releases', 'letter_voids', 'letter_acceptances', 'size_facts', 'company_facts'
        ] LOOP
            -- A table of a later migration is not there yet when an earlier one grants.
            IF to_regclass(kept) IS NOT NULL THEN
                EXECUTE format('REVOKE UPDATE, DELETE ON %I FROM %I', kept, reader);
            END IF;
        END LOOP;
        -- Of a form about who leads a bid, nobody reads its id, nor the hidden columns that tell when it came.
        IF to_regclass('equality_answers') IS NOT NULL THEN
            EXECUTE format('REVOKE SELECT, UPDATE, DELETE ON equality_answers FROM %I', reader);
            EXECUTE format(
                'GRANT SELECT (round_id, answered_in, questions, answers) ON equality_answers TO %I', reader);
        END IF;
        EXECUTE format('REVOKE INSERT, DELETE ON installation FROM %I', reader);
        EXECUTE format('REVOKE INSERT, UPDATE, DELETE ON ledger_sums, rd_sums FROM %I', reader);
        EXECUTE format('REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM %I', reader);
    END LOOP;
END $$;
