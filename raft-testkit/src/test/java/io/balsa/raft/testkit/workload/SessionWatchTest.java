package io.balsa.raft.testkit.workload;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.raft.Command;
import io.balsa.raft.session.SessionAnswer;
import io.balsa.raft.session.SessionRefusal;
import io.balsa.raft.testkit.oracle.Violation;
import java.nio.ByteBuffer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("Clients with sessions object (R4) to")
class SessionWatchTest {

    private static final SessionAnswer.Executed FIRST = executed(7, false, "done");

    private final SessionWatch watch = new SessionWatch();

    private static SessionAnswer.Executed executed(long index, boolean repeated, String result) {
        return new SessionAnswer.Executed(index, 2, repeated, result.getBytes(UTF_8));
    }

    private static void assertViolates(ThrowingCallable what) {
        assertThatThrownBy(what).isInstanceOf(Violation.class).hasMessageStartingWith("R4");
    }

    private void applies(long index, byte[] command) {
        watch.onApplied(new Command(index, 2, ByteBuffer.wrap(command)));
    }

    @Test
    @DisplayName("a command of a session that is applied at two indexes")
    void appliedTwice() {
        byte[] command = Registers.put("k1", "c1.1");
        watch.onProposed(command);
        applies(5, command);

        assertViolates(() -> applies(6, command));
    }

    @Test
    @DisplayName("nothing, where a command without a session is")
    void withoutSession() {
        applies(5, Registers.delete("k1"));
        applies(6, Registers.delete("k1"));
    }

    @Test
    @DisplayName("a command under a number that was used, if it is applied")
    void never() {
        ByteBuffer never = SessionWatch.never();
        byte[] command = new byte[never.remaining()];
        never.get(command);

        assertViolates(() -> applies(5, command));
    }

    @Test
    @DisplayName("a session that two clients get")
    void sameSession() {
        watch.onOpened(9);
        watch.onOpened(10);

        assertViolates(() -> watch.onOpened(9));
    }

    @Test
    @DisplayName("a late repetition that is carried out, or gets another place or result")
    void repetitions() {
        SessionWatch.requireRepetition(FIRST, executed(7, true, "done"));

        assertViolates(() -> SessionWatch.requireRepetition(FIRST, executed(9, false, "done")));
        assertViolates(() -> SessionWatch.requireRepetition(FIRST, executed(9, true, "done")));
        assertViolates(() -> SessionWatch.requireRepetition(FIRST, executed(7, true, "not done")));
    }

    @ParameterizedTest
    @DisplayName("a late repetition that is refused for another reason than that it is late")
    @EnumSource(SessionRefusal.class)
    void refusals(SessionRefusal reason) {
        SessionAnswer refused = new SessionAnswer.Refused(reason);
        boolean isLate = reason == SessionRefusal.ALREADY_ACKNOWLEDGED || reason == SessionRefusal.SESSION_EXPIRED;
        if (isLate) {
            SessionWatch.requireRepetition(FIRST, refused);
        } else {
            assertViolates(() -> SessionWatch.requireRepetition(FIRST, refused));
        }
    }

    @Test
    @DisplayName("another command under a number that was used, if it gets a result")
    void reusedNumber() {
        SessionWatch.requireRefusal(new SessionAnswer.Refused(SessionRefusal.SEQUENCE_REUSED));

        assertViolates(() -> SessionWatch.requireRefusal(executed(7, true, "done")));
    }
}
