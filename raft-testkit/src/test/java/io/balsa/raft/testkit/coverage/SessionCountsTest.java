package io.balsa.raft.testkit.coverage;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.session.SessionAnswer;
import io.balsa.raft.session.SessionRefusal;
import io.balsa.raft.session.SessionRequest;
import io.balsa.raft.storage.EntryKind;
import io.balsa.raft.storage.EntryRun;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Of entries of sessions")
class SessionCountsTest {

    private final Coverage coverage = new Coverage();
    private final SessionCounts counts = new SessionCounts(coverage);

    private void applies(long index, SessionAnswer answer) {
        byte[] payload = new SessionRequest.KeepAlive(1, 0).encode();
        counts.onApplied(EntryRun.of(index, 1, EntryKind.SESSION, List.of(payload)), index, answer.encode());
    }

    @Test
    @DisplayName("each counts once, however many servers apply it")
    void once() {
        SessionAnswer repeated = new SessionAnswer.Executed(2, 1, true, new byte[1]);
        applies(3, repeated);
        applies(3, repeated);
        applies(5, repeated);
        applies(3, repeated);

        assertThat(coverage.of(Counter.DUPLICATES_SUPPRESSED)).isEqualTo(2);
    }

    @Test
    @DisplayName("only those count as suppressed that were carried out before")
    void onlyRepetitions() {
        applies(1, new SessionAnswer.Opened(1));
        applies(2, new SessionAnswer.Executed(2, 1, false, new byte[1]));
        applies(3, new SessionAnswer.Refused(SessionRefusal.SEQUENCE_REUSED));
        assertThat(coverage.of(Counter.DUPLICATES_SUPPRESSED)).isZero();

        applies(4, new SessionAnswer.ResultDropped(2, 1));
        assertThat(coverage.of(Counter.DUPLICATES_SUPPRESSED)).isOne();
    }

    @Test
    @DisplayName("every kind of answer, and every reason of a refusal, has its mark")
    void marks() {
        applies(1, new SessionAnswer.Opened(1));
        applies(2, new SessionAnswer.KeptAlive());
        applies(3, new SessionAnswer.Closed());
        applies(4, new SessionAnswer.Executed(4, 1, false, new byte[0]));
        applies(5, new SessionAnswer.ResultDropped(4, 1));
        long index = 6;
        for (SessionRefusal reason : SessionRefusal.values()) {
            applies(index++, new SessionAnswer.Refused(reason));
        }

        for (Mark mark : Mark.values()) {
            boolean ofSessions = mark.name().startsWith("SESSION_");
            assertThat(coverage.of(mark) > 0).as(mark.name()).isEqualTo(ofSessions);
        }
    }
}
