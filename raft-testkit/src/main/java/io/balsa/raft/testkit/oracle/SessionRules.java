package io.balsa.raft.testkit.oracle;

import io.balsa.raft.session.SessionAnswer;
import io.balsa.raft.session.SessionRefusal;
import io.balsa.raft.session.SessionRequest;
import io.balsa.raft.storage.EntryKind;
import io.balsa.raft.storage.EntryRun;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What entries of sessions must come to (section 6.3), by a table that is kept in the plainest way: it forgets nothing but
 * sessions that are over. Every entry is looked at once, when the first server applies it; the others must answer the same.
 * The limits of a real table are far beyond what a simulated cluster holds.
 */
final class SessionRules implements SessionRequest.Handler<SessionAnswer> {

    /** A command that was run. */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares these records
    private record Run(ByteBuffer command, long index, long term, byte[] result) {}

    /** A session that was opened. */
    private static final class Open {
        private final long expiryEntries;
        private final Map<Long, Run> runs = new HashMap<>(); // looked up only
        private long lastUsed;
        private long acknowledgedUpTo;

        Open(long expiryEntries, long index) {
            this.expiryEntries = expiryEntries;
            lastUsed = index;
        }
    }

    private final Map<Long, Open> sessions = new HashMap<>(); // by id; looked up only
    private long index; // of the entry that was looked at last
    private long term;
    private byte[] answered = new byte[0];

    /** A server has applied this entry, and answers so. */
    void onApplied(EntryRun run, long at, byte[] answer) {
        if (run.kind() != EntryKind.SESSION || at <= index) {
            return;
        }
        index = at;
        term = run.term();
        answered = answer;
        SessionRequest request = SessionRequest.decode(run.payload(at)); // no node proposes anything else
        byte[] expected = request.dispatch(this).encode();
        if (!Arrays.equals(expected, answer)) {
            throw new Violation(
                    "R4",
                    words(request) + ", at " + at + ", is answered by " + words(SessionAnswer.decode(answer))
                            + ", which should be " + words(SessionAnswer.decode(expected)));
        }
    }

    @Override
    public SessionAnswer onOpen(SessionRequest.Open request) {
        sessions.put(index, new Open(request.expiryEntries(), index));
        return new SessionAnswer.Opened(index);
    }

    @Override
    public SessionAnswer onKeepAlive(SessionRequest.KeepAlive request) {
        Open session = use(request.session(), request.acknowledgedUpTo());
        return session == null ? refused(SessionRefusal.SESSION_EXPIRED) : new SessionAnswer.KeptAlive();
    }

    @Override
    public SessionAnswer onClose(SessionRequest.Close request) {
        Open session = use(request.session(), 0);
        sessions.remove(request.session());
        return session == null ? refused(SessionRefusal.SESSION_EXPIRED) : new SessionAnswer.Closed();
    }

    /** It is run unless it was run before, or could have been and the client has said that it knows. */
    @Override
    public SessionAnswer onCommand(SessionRequest.Command request) {
        Open session = use(request.session(), request.acknowledgedUpTo());
        if (session == null) {
            return refused(SessionRefusal.SESSION_EXPIRED);
        }
        if (request.sequence() <= session.acknowledgedUpTo) {
            return refused(SessionRefusal.ALREADY_ACKNOWLEDGED);
        }
        Run first = session.runs.get(request.sequence());
        if (first != null) {
            return first.command.equals(request.command())
                    ? new SessionAnswer.Executed(first.index, first.term, true, first.result)
                    : refused(SessionRefusal.SEQUENCE_REUSED);
        }
        byte[] result = SessionAnswer.decode(answered) instanceof SessionAnswer.Executed executed
                ? executed.result() // whether it is right, the state machines know
                : new byte[0];
        session.runs.put(request.sequence(), new Run(copy(request.command()), index, term, result));
        return new SessionAnswer.Executed(index, term, false, result);
    }

    private @Nullable Open use(long id, long acknowledgedUpTo) {
        Open session = sessions.get(id);
        if (session == null || index - session.lastUsed > session.expiryEntries) {
            sessions.remove(id);
            return null;
        }
        session.lastUsed = index;
        session.acknowledgedUpTo = Math.max(session.acknowledgedUpTo, acknowledgedUpTo);
        return session;
    }

    private static SessionAnswer refused(SessionRefusal reason) {
        return new SessionAnswer.Refused(reason);
    }

    private static ByteBuffer copy(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.duplicate().get(copy);
        return ByteBuffer.wrap(copy);
    }

    private static String words(SessionRequest request) {
        return request instanceof SessionRequest.Command command
                ? "command " + command.sequence() + " of session " + command.session()
                : request.toString();
    }

    private static String words(SessionAnswer answer) {
        return answer instanceof SessionAnswer.Executed executed
                ? "what " + executed.index() + (executed.repeated() ? " came to" : " comes to")
                : answer.toString();
    }
}
