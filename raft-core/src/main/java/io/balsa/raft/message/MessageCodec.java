package io.balsa.raft.message;

import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.storage.EntryKind;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.LogPosition;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Messages to bytes and back. All numbers are big-endian:
 *
 * <pre>
 *   0  u8   version of this format, {@value #VERSION}
 *   1  u8   kind of message
 *   2  u64  term
 *  10  u64  from
 *  18  u64  to
 *  26  …    what the kind adds, in the order of the record's components; a position is index and term, 16 bytes;
 *           AppendEntries ends with its runs, as many as there are bytes, each as {@link EntryRun} says
 * </pre>
 *
 * <p>Has no state; may be used by any thread.
 */
public final class MessageCodec {

    /** Version of the format. */
    public static final int VERSION = 1;

    /** Far beyond what elections lead to; a server that adopted a much later one could not go on from there. */
    private static final long MAX_TERM = 1L << 62;

    private static final int HEADER_BYTES = 26;
    private static final int POSITION_BYTES = 16;

    private static final byte PRE_VOTE = 1;
    private static final byte PRE_VOTE_REPLY = 2;
    private static final byte REQUEST_VOTE = 3;
    private static final byte REQUEST_VOTE_REPLY = 4;
    private static final byte APPEND_ENTRIES = 5;
    private static final byte APPEND_ENTRIES_ACCEPTED = 6;
    private static final byte APPEND_ENTRIES_REJECTED = 7;
    private static final byte HEARTBEAT = 8;
    private static final byte HEARTBEAT_REPLY = 9;
    private static final byte READ_REQUEST = 10;
    private static final byte READ_REPLY = 11;

    private MessageCodec() {}

    /** The message as bytes, in parts: the encoded entries of an AppendEntries are not copied, so followers share them. */
    public static List<ByteBuffer> encode(Message message) {
        Encoder encoder = new Encoder();
        message.dispatch(encoder);
        return encoder.parts;
    }

    /**
     * The message that these bytes encode. Entries are not copied: the bytes belong to the message from now on.
     *
     * @throws MalformedMessageException if they encode none
     */
    public static Message decode(ByteBuffer bytes) {
        try {
            return decodeChecked(bytes.slice());
        } catch (BufferUnderflowException e) {
            throw new MalformedMessageException("a message ends too soon, after " + bytes.remaining() + " bytes", e);
        } catch (IllegalArgumentException e) {
            throw new MalformedMessageException("a message contradicts itself: " + e.getMessage(), e);
        }
    }

    private static Message decodeChecked(ByteBuffer in) {
        int version = in.get();
        if (version != VERSION) {
            throw new MalformedMessageException("message format " + version + " is not known, only " + VERSION);
        }
        byte kind = in.get();
        long term = notNegative(in.getLong());
        if (term > MAX_TERM) {
            throw new MalformedMessageException("no cluster comes to term " + term);
        }
        NodeId from = NodeId.of(in.getLong());
        NodeId to = NodeId.of(in.getLong());
        Message message = switch (kind) {
            case PRE_VOTE -> new PreVote(term, from, to, position(in));
            case PRE_VOTE_REPLY -> new PreVoteReply(term, from, to, notNegative(in.getLong()), flag(in));
            case REQUEST_VOTE -> new RequestVote(term, from, to, position(in));
            case REQUEST_VOTE_REPLY -> new RequestVoteReply(term, from, to, flag(in));
            case APPEND_ENTRIES -> appendEntries(term, from, to, in);
            case APPEND_ENTRIES_ACCEPTED -> new AppendEntriesAccepted(term, from, to, notNegative(in.getLong()));
            case APPEND_ENTRIES_REJECTED ->
                new AppendEntriesRejected(term, from, to, notNegative(in.getLong()), position(in));
            case HEARTBEAT -> new Heartbeat(term, from, to, notNegative(in.getLong()), notNegative(in.getLong()));
            case HEARTBEAT_REPLY -> new HeartbeatReply(term, from, to, notNegative(in.getLong()));
            case READ_REQUEST -> new ReadRequest(term, from, to, in.getLong());
            case READ_REPLY -> new ReadReply(term, from, to, in.getLong(), notNegative(in.getLong()));
            default -> throw new MalformedMessageException("message kind " + kind + " is not known");
        };
        if (in.hasRemaining()) {
            throw new MalformedMessageException(in.remaining() + " bytes too many after a message of kind " + kind);
        }
        return message;
    }

    private static AppendEntries appendEntries(long term, NodeId from, NodeId to, ByteBuffer in) {
        LogPosition previous = position(in);
        long leaderCommit = notNegative(in.getLong());
        List<EntryRun> runs = new ArrayList<>();
        while (in.hasRemaining()) {
            int length = in.remaining() < EntryRun.HEADER_BYTES ? 0 : in.getInt(in.position() + EntryRun.LENGTH_AT);
            if (length < EntryRun.HEADER_BYTES || length > in.remaining()) {
                throw new MalformedMessageException("a run of " + length + " bytes in " + in.remaining());
            }
            runs.add(checked(EntryRun.decode(in.slice(in.position(), length))));
            in.position(in.position() + length);
        }
        return new AppendEntries(term, from, to, previous, runs, leaderCommit);
    }

    /** A membership takes effect as soon as it is appended, so it must be one. */
    private static EntryRun checked(EntryRun run) {
        for (long index = run.firstIndex(); run.kind() == EntryKind.MEMBERSHIP && index <= run.lastIndex(); index++) {
            Membership.decode(run.copyOfPayload(index));
        }
        return run;
    }

    private static LogPosition position(ByteBuffer in) {
        return new LogPosition(in.getLong(), in.getLong());
    }

    private static boolean flag(ByteBuffer in) {
        int flag = in.get();
        if (flag != 0 && flag != 1) {
            throw new MalformedMessageException("a flag is 0 or 1, not " + flag);
        }
        return flag == 1;
    }

    private static long notNegative(long value) {
        if (value < 0) {
            throw new MalformedMessageException("a number is negative: " + value);
        }
        return value;
    }

    /** Writes the one message that is dispatched to it. */
    private static final class Encoder implements Message.Handler {

        private List<ByteBuffer> parts = List.of();

        private static ByteBuffer header(byte kind, Message message, int moreBytes) {
            return ByteBuffer.allocate(HEADER_BYTES + moreBytes)
                    .put((byte) VERSION)
                    .put(kind)
                    .putLong(message.term())
                    .putLong(message.from().value())
                    .putLong(message.to().value());
        }

        private static ByteBuffer put(ByteBuffer out, LogPosition position) {
            return out.putLong(position.index()).putLong(position.term());
        }

        private static byte flag(boolean value) {
            return (byte) (value ? 1 : 0);
        }

        private void done(ByteBuffer out) {
            parts = List.of(out.flip());
        }

        @Override
        public void onPreVote(PreVote request) {
            done(put(header(PRE_VOTE, request, POSITION_BYTES), request.last()));
        }

        @Override
        public void onPreVoteReply(PreVoteReply reply) {
            done(header(PRE_VOTE_REPLY, reply, Long.BYTES + 1)
                    .putLong(reply.requestTerm())
                    .put(flag(reply.granted())));
        }

        @Override
        public void onRequestVote(RequestVote request) {
            done(put(header(REQUEST_VOTE, request, POSITION_BYTES), request.last()));
        }

        @Override
        public void onRequestVoteReply(RequestVoteReply reply) {
            done(header(REQUEST_VOTE_REPLY, reply, 1).put(flag(reply.granted())));
        }

        @Override
        public void onAppendEntries(AppendEntries request) {
            ByteBuffer out = header(APPEND_ENTRIES, request, POSITION_BYTES + Long.BYTES);
            put(out, request.previous()).putLong(request.leaderCommit()).flip();
            List<ByteBuffer> all = new ArrayList<>(1 + request.runs().size());
            all.add(out);
            for (EntryRun run : request.runs()) {
                all.add(run.encoded());
            }
            parts = all;
        }

        @Override
        public void onAppendEntriesAccepted(AppendEntriesAccepted reply) {
            done(header(APPEND_ENTRIES_ACCEPTED, reply, Long.BYTES).putLong(reply.matchIndex()));
        }

        @Override
        public void onAppendEntriesRejected(AppendEntriesRejected reply) {
            ByteBuffer out = header(APPEND_ENTRIES_REJECTED, reply, Long.BYTES + POSITION_BYTES);
            done(put(out.putLong(reply.rejectedIndex()), reply.hint()));
        }

        @Override
        public void onHeartbeat(Heartbeat request) {
            done(header(HEARTBEAT, request, 2 * Long.BYTES)
                    .putLong(request.leaderCommit())
                    .putLong(request.round()));
        }

        @Override
        public void onHeartbeatReply(HeartbeatReply reply) {
            done(header(HEARTBEAT_REPLY, reply, Long.BYTES).putLong(reply.round()));
        }

        @Override
        public void onReadRequest(ReadRequest request) {
            done(header(READ_REQUEST, request, Long.BYTES).putLong(request.id()));
        }

        @Override
        public void onReadReply(ReadReply reply) {
            done(header(READ_REPLY, reply, 2 * Long.BYTES).putLong(reply.id()).putLong(reply.index()));
        }
    }
}
