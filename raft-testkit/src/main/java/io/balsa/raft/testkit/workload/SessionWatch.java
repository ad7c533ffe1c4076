package io.balsa.raft.testkit.workload;

import io.balsa.raft.Command;
import io.balsa.raft.session.SessionAnswer;
import io.balsa.raft.session.SessionRefusal;
import io.balsa.raft.testkit.oracle.Violation;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** What clients can tell of all sessions of a run: that whatever is proposed in one takes effect once (R4). */
final class SessionWatch {

    /** A command that must never be applied. */
    private static final ByteBuffer NEVER = ByteBuffer.wrap(Registers.put("k0", "never"));

    private final Set<Long> ids = new HashSet<>(); // this and the others are looked up only
    private final Set<ByteBuffer> proposed = new HashSet<>();
    private final Set<ByteBuffer> applied = new HashSet<>();

    /** A client has got a session, which nobody else has. */
    void onOpened(long id) {
        if (!ids.add(id)) {
            throw new Violation("R4", "session " + id + " was given to two clients");
        }
    }

    /** A command is to take effect once. No other has these bytes. */
    void onProposed(byte[] command) {
        proposed.add(ByteBuffer.wrap(command));
    }

    /** A command that no server ever may apply: it comes under a number that was used. */
    static ByteBuffer never() {
        return NEVER.duplicate();
    }

    /** The first state machine has applied this there. */
    void onApplied(Command command) {
        ByteBuffer bytes = ByteBuffer.wrap(command.data());
        String what = Words.of(command.data()) + ", at " + command.index();
        if (proposed.contains(bytes) && !applied.add(bytes)) {
            throw new Violation("R4", "a command of a session is applied again: " + what);
        }
        if (bytes.equals(NEVER)) {
            throw new Violation("R4", "a number was used before, and yet its new command is applied: " + what);
        }
    }

    /** A request that was answered came again, long after: it must not be carried out, nor get another result. */
    static void requireRepetition(SessionAnswer.Executed first, SessionAnswer again) {
        boolean same = again instanceof SessionAnswer.Executed executed
                && executed.repeated()
                && executed.index() == first.index()
                && executed.term() == first.term()
                && Arrays.equals(executed.result(), first.result());
        Optional<SessionRefusal> refusal = refusalOf(again);
        boolean refused = refusal.equals(Optional.of(SessionRefusal.ALREADY_ACKNOWLEDGED))
                || refusal.equals(Optional.of(SessionRefusal.SESSION_EXPIRED));
        if (!same && !refused) {
            throw new Violation(
                    "R4", "a request was carried out at " + first.index() + ", came again, and got " + again);
        }
    }

    /** A number that was used came with another command. */
    static void requireRefusal(SessionAnswer answer) {
        if (refusalOf(answer).isEmpty()) {
            throw new Violation("R4", "a command with a number that another had already got " + answer);
        }
    }

    private static Optional<SessionRefusal> refusalOf(SessionAnswer answer) {
        return answer instanceof SessionAnswer.Refused refused ? Optional.of(refused.reason()) : Optional.empty();
    }
}
