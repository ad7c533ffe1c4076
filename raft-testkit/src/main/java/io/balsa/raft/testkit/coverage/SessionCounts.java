package io.balsa.raft.testkit.coverage;

import io.balsa.raft.session.SessionAnswer;
import io.balsa.raft.session.SessionRefusal;
import io.balsa.raft.storage.EntryKind;
import io.balsa.raft.storage.EntryRun;

/** Counts what became of entries of sessions, each when the first server applies it. */
final class SessionCounts {

    private final Coverage coverage;
    private long last; // index of the last entry of a session that was applied anywhere

    SessionCounts(Coverage coverage) {
        this.coverage = coverage;
    }

    void onApplied(EntryRun run, long index, byte[] answer) {
        if (run.kind() == EntryKind.SESSION && index > last) {
            last = index;
            onAnswer(SessionAnswer.decode(answer));
        }
    }

    private void onAnswer(SessionAnswer answer) {
        if (answer instanceof SessionAnswer.Opened) {
            coverage.see(Mark.SESSION_OPENED);
        } else if (answer instanceof SessionAnswer.KeptAlive) {
            coverage.see(Mark.SESSION_KEPT_ALIVE);
        } else if (answer instanceof SessionAnswer.Closed) {
            coverage.see(Mark.SESSION_CLOSED);
        } else if (answer instanceof SessionAnswer.Executed executed) {
            coverage.see(Mark.SESSION_EXECUTED);
            coverage.count(Counter.DUPLICATES_SUPPRESSED, executed.repeated() ? 1 : 0);
        } else if (answer instanceof SessionAnswer.ResultDropped) {
            coverage.see(Mark.SESSION_RESULT_DROPPED);
            coverage.count(Counter.DUPLICATES_SUPPRESSED);
        } else if (answer instanceof SessionAnswer.Refused refused) {
            onRefusal(refused.reason());
        }
    }

    private void onRefusal(SessionRefusal reason) {
        coverage.see(Mark.SESSION_REFUSED);
        coverage.see(
                switch (reason) {
                    case SESSION_EXPIRED -> Mark.SESSION_REFUSAL_SESSION_EXPIRED;
                    case ALREADY_ACKNOWLEDGED -> Mark.SESSION_REFUSAL_ALREADY_ACKNOWLEDGED;
                    case SEQUENCE_REUSED -> Mark.SESSION_REFUSAL_SEQUENCE_REUSED;
                    case TOO_MANY_UNACKNOWLEDGED -> Mark.SESSION_REFUSAL_TOO_MANY_UNACKNOWLEDGED;
                    case MALFORMED -> Mark.SESSION_REFUSAL_MALFORMED;
                });
    }
}
