"""The processes behind the pages: workers on one queue each, the relay, the ticker, and their supervisor."""
