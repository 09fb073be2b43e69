-- The one clock: the instant this transaction began, plus the offset of a demo.
CREATE FUNCTION fundapp_now() RETURNS timestamptz
LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT transaction_timestamp() + coalesce((SELECT clock_offset FROM installation), interval '0') $$;

CREATE FUNCTION refuse_clock_going_back() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM events) THEN
        RETURN NEW;  -- nothing has happened yet: a demo may still choose when it begins
    END IF;
    IF NEW.clock_offset < OLD.clock_offset THEN
        RAISE EXCEPTION 'the clock only moves forward' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.is_demo IS DISTINCT FROM OLD.is_demo THEN
        RAISE EXCEPTION 'a database that holds events stays what it is: real or a demo'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER clock_only_forward BEFORE UPDATE ON installation
    FOR EACH ROW EXECUTE FUNCTION refuse_clock_going_back();

INSERT INTO installation (id) VALUES (1);
