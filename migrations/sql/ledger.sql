-- Double entry: at commit, the entries of each transaction exist and sum to zero.
CREATE FUNCTION refuse_unbalanced_transaction() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    checked bigint := CASE TG_TABLE_NAME WHEN 'ledger_transactions' THEN NEW.id ELSE NULL END;
    total numeric;
    sides bigint;
BEGIN
    IF checked IS NULL THEN
        checked := NEW.transaction_id;
    END IF;
    SELECT coalesce(sum(pence), 0), count(*) INTO total, sides
    FROM ledger_entries WHERE transaction_id = checked;
    IF total <> 0 OR sides < 2 THEN
        RAISE EXCEPTION 'ledger transaction % does not balance: % entries sum to % pence', checked, sides, total
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER transaction_balances AFTER INSERT ON ledger_transactions
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_unbalanced_transaction();
CREATE CONSTRAINT TRIGGER transaction_balances AFTER INSERT ON ledger_entries
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_unbalanced_transaction();

-- An entry is added only in the transaction that made its ledger transaction, never to an old one.
CREATE FUNCTION refuse_late_entry() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT xmin::text FROM ledger_transactions WHERE id = NEW.transaction_id)
        IS DISTINCT FROM (pg_current_xact_id()::text::numeric % 4294967296)::text THEN
        RAISE EXCEPTION 'ledger transaction % is closed: post a new one', NEW.transaction_id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER transaction_still_open BEFORE INSERT ON ledger_entries
    FOR EACH ROW EXECUTE FUNCTION refuse_late_entry();
