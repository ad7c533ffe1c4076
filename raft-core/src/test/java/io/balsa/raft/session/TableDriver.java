package io.balsa.raft.session;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A table of sessions and a state machine that remembers what it ran; each call is one entry of the log. */
final class TableDriver {

    static final long TERM = 7;

    final SessionTable table;
    final List<String> ran = new ArrayList<>();
    long index;

    TableDriver(SessionTable table) {
        this.table = table;
    }

    TableDriver(SessionLimits limits) {
        this(new SessionTable(limits));
    }

    long open(long expiryEntries) {
        return ((SessionAnswer.Opened) apply(new SessionRequest.Open(expiryEntries))).session();
    }

    SessionAnswer run(long session, long sequence, long acknowledgedUpTo, String command) {
        ByteBuffer bytes = ByteBuffer.wrap(command.getBytes(StandardCharsets.UTF_8));
        return apply(new SessionRequest.Command(session, sequence, acknowledgedUpTo, bytes));
    }

    SessionAnswer keepAlive(long session, long acknowledgedUpTo) {
        return apply(new SessionRequest.KeepAlive(session, acknowledgedUpTo));
    }

    SessionAnswer close(long session) {
        return apply(new SessionRequest.Close(session));
    }

    SessionAnswer apply(SessionRequest request) {
        return applyBytes(request.encode());
    }

    SessionAnswer applyBytes(byte[] payload) {
        return table.apply(++index, TERM, ByteBuffer.wrap(payload).asReadOnlyBuffer(), this::execute);
    }

    /** The result of a command is its number among those that were run, and itself. */
    private byte[] execute(ByteBuffer command) {
        String text = StandardCharsets.UTF_8.decode(command).toString();
        ran.add(text);
        return (ran.size() + ":" + text).getBytes(StandardCharsets.UTF_8);
    }

    /** Other entries are applied, of which a table hears nothing. */
    void skip(long entries) {
        index += entries;
    }

    static SessionAnswer.Refused refused(SessionRefusal reason) {
        return new SessionAnswer.Refused(reason);
    }

    /** What an answer says, for comparison. */
    static String said(SessionAnswer answer) {
        if (answer instanceof SessionAnswer.Executed executed) {
            return (executed.repeated() ? "again " : "first ") + executed.index() + "/" + executed.term() + " "
                    + new String(executed.result(), StandardCharsets.UTF_8);
        }
        return answer.toString();
    }
}
