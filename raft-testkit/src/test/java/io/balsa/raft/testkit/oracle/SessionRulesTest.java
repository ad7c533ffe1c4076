package io.balsa.raft.testkit.oracle;

import static io.balsa.raft.testkit.oracle.Stage.assertViolates;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.balsa.raft.session.SessionAnswer;
import io.balsa.raft.session.SessionRefusal;
import io.balsa.raft.session.SessionRequest;
import io.balsa.raft.storage.EntryKind;
import io.balsa.raft.storage.EntryRun;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Of entries of sessions, the oracle objects (R4) to")
class SessionRulesTest {

    private static final long TERM = 3;
    private static final long SESSION = 10;
    private static final long EXPIRY = 20;
    private static final byte[] RESULT = "result".getBytes(UTF_8);

    private final SessionRules rules = new SessionRules();

    @BeforeEach
    void open() {
        applies(SESSION, new SessionRequest.Open(EXPIRY), new SessionAnswer.Opened(SESSION));
    }

    private void applies(long index, SessionRequest request, SessionAnswer answer) {
        EntryRun run = EntryRun.of(index, TERM, EntryKind.SESSION, List.of(request.encode()));
        rules.onApplied(run, index, answer.encode());
    }

    private static SessionRequest command(long sequence, long acknowledgedUpTo, String what) {
        return new SessionRequest.Command(SESSION, sequence, acknowledgedUpTo, ByteBuffer.wrap(what.getBytes(UTF_8)));
    }

    private static SessionAnswer executed(long index, boolean repeated) {
        return new SessionAnswer.Executed(index, TERM, repeated, RESULT);
    }

    private static SessionAnswer refused(SessionRefusal reason) {
        return new SessionAnswer.Refused(reason);
    }

    @Test
    @DisplayName(
            "nothing, where a command that comes again gets its first result, until the client has acknowledged it")
    void repeats() {
        applies(11, command(1, 0, "a"), executed(11, false));
        applies(12, command(1, 0, "a"), executed(11, true));
        applies(13, command(2, 1, "b"), executed(13, false));
        applies(14, command(1, 0, "a"), refused(SessionRefusal.ALREADY_ACKNOWLEDGED));
        applies(15, new SessionRequest.Close(SESSION), new SessionAnswer.Closed());
        applies(16, command(2, 0, "b"), refused(SessionRefusal.SESSION_EXPIRED));
    }

    @Test
    @DisplayName("a command that is run again")
    void runsAgain() {
        applies(11, command(1, 0, "a"), executed(11, false));

        assertViolates("R4", () -> applies(12, command(1, 0, "a"), executed(12, false)));
    }

    @Test
    @DisplayName("a repetition with another result")
    void anotherResult() {
        applies(11, command(1, 0, "a"), executed(11, false));
        SessionAnswer other = new SessionAnswer.Executed(11, TERM, true, "other".getBytes(UTF_8));

        assertViolates("R4", () -> applies(12, command(1, 0, "a"), other));
    }

    @Test
    @DisplayName("a command that is not run the first time")
    void neverRun() {
        assertViolates("R4", () -> applies(11, command(1, 0, "a"), executed(10, true)));
    }

    @Test
    @DisplayName("another command that gets the result of the one whose number it has")
    void reusedNumber() {
        applies(11, command(1, 0, "a"), executed(11, false));

        assertViolates("R4", () -> applies(12, command(1, 0, "b"), executed(11, true)));
    }

    @Test
    @DisplayName("a command that the client has acknowledged, and is run again")
    void acknowledged() {
        applies(11, command(1, 0, "a"), executed(11, false));
        applies(12, new SessionRequest.KeepAlive(SESSION, 1), new SessionAnswer.KeptAlive());

        assertViolates("R4", () -> applies(13, command(1, 0, "a"), executed(13, false)));
    }

    @Test
    @DisplayName("a session that ends one entry too late")
    void endsLate() {
        assertViolates(
                "R4",
                () -> applies(
                        SESSION + EXPIRY + 1, new SessionRequest.KeepAlive(SESSION, 0), new SessionAnswer.KeptAlive()));
    }

    @Test
    @DisplayName("a session that ends one entry too early")
    void endsEarly() {
        assertViolates(
                "R4", () -> applies(SESSION + EXPIRY, command(1, 0, "a"), refused(SessionRefusal.SESSION_EXPIRED)));
    }

    @Test
    @DisplayName("nothing, where a session lives on because it is used")
    void livesOn() {
        applies(SESSION + EXPIRY, new SessionRequest.KeepAlive(SESSION, 0), new SessionAnswer.KeptAlive());
        applies(SESSION + 2 * EXPIRY, command(1, 0, "a"), executed(SESSION + 2 * EXPIRY, false));
        applies(SESSION + 3 * EXPIRY + 1, command(1, 0, "a"), refused(SessionRefusal.SESSION_EXPIRED));
    }

    @Test
    @DisplayName("a session that is opened under another id than that of its entry")
    void anotherId() {
        assertViolates("R4", () -> applies(11, new SessionRequest.Open(EXPIRY), new SessionAnswer.Opened(SESSION)));
    }
}
