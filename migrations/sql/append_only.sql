-- Rows that record what happened are added, never changed: not even by the tables' owner.
CREATE FUNCTION refuse_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused: its rows are only ever added', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;

DO $$
DECLARE
    kept text;
BEGIN
    FOREACH kept IN ARRAY ARRAY[
        'events', 'anchors', 'ledger_transactions', 'ledger_entries', 'rd_entries',
        'submissions', 'decisions', 'votes',
        'letters', 'letter_releases', 'letter_voids', 'letter_acceptances'
    ] LOOP
        EXECUTE format(
            'CREATE TRIGGER rows_are_only_added BEFORE UPDATE OR DELETE ON %I '
            'FOR EACH ROW EXECUTE FUNCTION refuse_change()', kept);
        EXECUTE format(
            'CREATE TRIGGER table_is_never_emptied BEFORE TRUNCATE ON %I '
            'FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', kept);
    END LOOP;
END $$;
