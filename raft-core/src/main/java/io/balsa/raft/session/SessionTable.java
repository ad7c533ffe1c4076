package io.balsa.raft.session;

import java.io.DataInput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The sessions of all clients, a part of the replicated state (section 6.3): "a session tracks the latest serial number
 * processed for the client, along with the associated response", here of every command that is not acknowledged yet, so
 * that a client may have many under way. They may arrive in any order.
 *
 * <p>What it does with an entry depends on nothing but the entries before it: a server that applied them all and one that
 * was restored from a snapshot answer the same. So time is counted in entries: a session expires when it was not named in
 * more than {@code expiryEntries} of them. That is looked at when an entry of a session is applied, before anything else,
 * and costs O(log n), amortised: a session that was used meanwhile is looked at again only at its new deadline.
 *
 * <p>For one thread. What is {@linkplain #capture captured} is for any.
 */
public final class SessionTable {

    /** Runs a command that was not run before. */
    @FunctionalInterface
    public interface Execution {

        /**
         * Hands it to the state machine.
         *
         * @param command from position to limit, within the payload of its entry; valid during the call
         * @return what the state machine answers; not to be changed, for it is kept
         */
        byte[] execute(ByteBuffer command);
    }

    /** When to look at a session again: not after its deadline, but perhaps long before it. */
    private record Look(long deadline, long session) implements Comparable<Look> {
        @Override
        public int compareTo(Look other) {
            int order = Long.compare(deadline, other.deadline);
            return order != 0 ? order : Long.compare(session, other.session);
        }
    }

    private final SessionLimits limits;
    private final NavigableMap<Long, Session> sessions = new TreeMap<>();
    private final NavigableMap<Long, Session> byLastUse = new TreeMap<>(); // an entry uses one session at most
    private final NavigableSet<Look> looks = new TreeSet<>(); // one for each session
    private int keptCount;
    private long keptBytes;
    private long expired;
    private long evicted;

    /** No sessions, within the limits of every server. */
    public SessionTable() {
        this(SessionLimits.STANDARD);
    }

    /** No sessions, within limits of their own: for tests. */
    public SessionTable(SessionLimits limits) {
        this.limits = Objects.requireNonNull(limits, "limits");
    }

    /**
     * The table that was {@linkplain #capture captured} and written, within the limits of every server.
     *
     * @throws IOException if it cannot be read, is of an unknown version, or contradicts itself
     */
    public static SessionTable readFrom(DataInput in) throws IOException {
        return readFrom(in, SessionLimits.STANDARD);
    }

    /** The same, within the limits that it was written in. */
    public static SessionTable readFrom(DataInput in, SessionLimits limits) throws IOException {
        SessionTable table = new SessionTable(limits);
        for (Session session : SessionSection.readFrom(in, limits)) {
            table.add(session);
        }
        return table;
    }

    /**
     * Applies the entry of kind SESSION at {@code index}.
     *
     * @param index greater than that of every entry that was applied before
     * @param term the term of the entry
     * @param payload what the entry says; not changed
     * @param execution runs a command that was not run before; what it throws is handed on, and then the table must not be
     *     used any more
     * @return what the entry's proposer is answered
     * @throws IllegalStateException if a later release wrote the payload: this server cannot know what the others do with it
     */
    public SessionAnswer apply(long index, long term, ByteBuffer payload, Execution execution) {
        if (!byLastUse.isEmpty() && index <= byLastUse.lastKey()) {
            throw new IllegalArgumentException("entry " + index + " is applied after entry " + byLastUse.lastKey());
        }
        if (SessionRequest.isOfTheFuture(payload)) {
            throw new IllegalStateException(
                    "the session's request at index " + index + " was written by a later release than this one");
        }
        expire(index);
        SessionRequest request;
        try {
            request = SessionRequest.decode(payload);
        } catch (IllegalArgumentException e) {
            return refused(SessionRefusal.MALFORMED); // as on every other server
        }
        return request.dispatch(new Application(index, term, execution));
    }

    /** What an entry does to the table, by kind. */
    private final class Application implements SessionRequest.Handler<SessionAnswer> {

        private final long index;
        private final long term;
        private final Execution execution;

        Application(long index, long term, Execution execution) {
            this.index = index;
            this.term = term;
            this.execution = execution;
        }

        @Override
        public SessionAnswer onOpen(SessionRequest.Open request) {
            if (sessions.size() >= limits.maxSessions()) {
                remove(byLastUse.firstEntry().getValue());
                evicted++;
            }
            add(new Session(index, request.expiryEntries()));
            return new SessionAnswer.Opened(index);
        }

        @Override
        public SessionAnswer onKeepAlive(SessionRequest.KeepAlive request) {
            Session session = sessions.get(request.session());
            if (session == null) {
                return refused(SessionRefusal.SESSION_EXPIRED);
            }
            use(session, request.acknowledgedUpTo());
            return new SessionAnswer.KeptAlive();
        }

        @Override
        public SessionAnswer onClose(SessionRequest.Close request) {
            Session session = sessions.get(request.session());
            if (session == null) {
                return refused(SessionRefusal.SESSION_EXPIRED);
            }
            remove(session);
            return new SessionAnswer.Closed();
        }

        @Override
        public SessionAnswer onCommand(SessionRequest.Command request) {
            Session session = sessions.get(request.session());
            if (session == null) {
                return refused(SessionRefusal.SESSION_EXPIRED);
            }
            use(session, request.acknowledgedUpTo());
            long sequence = request.sequence();
            long fingerprint = KeptResult.fingerprintOf(request.command());
            KeptResult first = session.kept(sequence);
            if (first != null) {
                boolean same = first.fingerprint() == fingerprint;
                return same ? first.answer() : refused(SessionRefusal.SEQUENCE_REUSED);
            }
            if (sequence <= session.acknowledgedUpTo()) {
                return refused(SessionRefusal.ALREADY_ACKNOWLEDGED);
            }
            if (sequence - session.acknowledgedUpTo() > limits.maxUnacknowledged()
                    || keptCount >= limits.maxUnacknowledgedInAll()) {
                return refused(SessionRefusal.TOO_MANY_UNACKNOWLEDGED);
            }
            byte[] result = execution.execute(request.command());
            keep(session, sequence, fingerprint, result);
            return new SessionAnswer.Executed(index, term, false, result);
        }

        private void use(Session session, long acknowledgedUpTo) {
            byLastUse.remove(session.lastUsed());
            session.use(index);
            byLastUse.put(index, session);
            keptCount -= session.keptCount();
            keptBytes -= session.keptBytes();
            session.acknowledge(acknowledgedUpTo);
            keptCount += session.keptCount();
            keptBytes += session.keptBytes();
        }

        private void keep(Session session, long sequence, long fingerprint, byte[] result) {
            boolean dropped = session.keptBytes() + result.length > limits.maxResultBytes()
                    || keptBytes + result.length > limits.maxResultBytesInAll();
            KeptResult kept = new KeptResult(index, term, fingerprint, dropped, dropped ? new byte[0] : result);
            session.keep(sequence, kept);
            keptCount++;
            keptBytes += kept.result().length;
        }
    }

    private void expire(long index) {
        while (!looks.isEmpty() && looks.first().deadline() < index) {
            Look look = looks.first();
            Session session = Objects.requireNonNull(sessions.get(look.session()), "a look at a session that is gone");
            if (session.deadline() < index) {
                remove(session);
                expired++;
            } else {
                looks.remove(look);
                lookAt(session);
            }
        }
    }

    private void add(Session session) {
        sessions.put(session.id(), session);
        byLastUse.put(session.lastUsed(), session);
        lookAt(session);
        keptCount += session.keptCount();
        keptBytes += session.keptBytes();
    }

    private void lookAt(Session session) {
        session.lookAtDeadline();
        looks.add(new Look(session.nextLook(), session.id()));
    }

    private void remove(Session session) {
        sessions.remove(session.id());
        byLastUse.remove(session.lastUsed());
        looks.remove(new Look(session.nextLook(), session.id()));
        keptCount -= session.keptCount();
        keptBytes -= session.keptBytes();
    }

    private static SessionAnswer refused(SessionRefusal reason) {
        return new SessionAnswer.Refused(reason);
    }

    /**
     * The table as it is now, to be written by another thread while more is applied. Costs a small object for each session,
     * all in all less than a millisecond for as many as there may be, and later, for each that goes on, a copy of references to the results it keeps.
     */
    public SessionSection capture() {
        List<Session> copies = new ArrayList<>(sessions.size());
        sessions.values().forEach(session -> copies.add(session.copy()));
        return new SessionSection(copies);
    }

    /** How many sessions there are. Those that are overdue count until an entry of a session is applied. */
    public int size() {
        return sessions.size();
    }

    /** How many results are kept, those that were dropped included. */
    public int keptCount() {
        return keptCount;
    }

    /** Bytes of the results that are kept. */
    public long keptBytes() {
        return keptBytes;
    }

    /** How many sessions have expired since this server started: a statistic, no part of the state. */
    public long expired() {
        return expired;
    }

    /** How many sessions have given way to others since this server started: a statistic, no part of the state. */
    public long evicted() {
        return evicted;
    }
}
