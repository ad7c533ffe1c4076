package io.balsa.raft.message;

import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.storage.EntryKind;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.LogPosition;
import io.balsa.raft.storage.SnapshotInfo;
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
 *           AppendEntries ends with its runs, as many as there are bytes, each as {@link EntryRun} says;
 *           of a snapshot: its position, size (u64), checksum (u32), index of its membership (u64), length of the
 *           membership (u32), the membership as {@link Membership#encode} says; InstallSnapshot ends with the length
 *           of its data (u32) and these; {@link NodeMessageCodec} has the kinds from 64 on
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
    private static final byte INSTALL_SNAPSHOT = 12;
    private static final byte INSTALL_SNAPSHOT_REPLY = 13;
    private static final byte TIMEOUT_NOW = 14;

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
            case PRE_VOTE_REPLY ->
                new PreVoteReply(term, from, to, notNegative(in.getLong()), flag(in), notNegative(in.getLong()));
            case REQUEST_VOTE -> new RequestVote(term, from, to, position(in), flag(in));
            case REQUEST_VOTE_REPLY ->
                new RequestVoteReply(term, from, to, flag(in), in.getLong(), notNegative(in.getLong()));
            case APPEND_ENTRIES -> appendEntries(term, from, to, in);
            case APPEND_ENTRIES_ACCEPTED ->
                new AppendEntriesAccepted(term, from, to, notNegative(in.getLong()), in.getLong());
            case APPEND_ENTRIES_REJECTED ->
                new AppendEntriesRejected(term, from, to, notNegative(in.getLong()), position(in), flag(in));
            case HEARTBEAT -> new Heartbeat(term, from, to, notNegative(in.getLong()), notNegative(in.getLong()));
            case HEARTBEAT_REPLY ->
                new HeartbeatReply(term, from, to, notNegative(in.getLong()), in.getLong(), notNegative(in.getLong()));
            case READ_REQUEST -> new ReadRequest(term, from, to, in.getLong());
            case READ_REPLY -> new ReadReply(term, from, to, in.getLong(), notNegative(in.getLong()));
            case INSTALL_SNAPSHOT -> installSnapshot(term, from, to, in);
            case INSTALL_SNAPSHOT_REPLY ->
                new InstallSnapshotReply(term, from, to, position(in), notNegative(in.getLong()));
            case TIMEOUT_NOW -> new TimeoutNow(term, from, to);
            default -> NodeMessageCodec.decode(kind, term, from, to, in);
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

    private static InstallSnapshot installSnapshot(long term, NodeId from, NodeId to, ByteBuffer in) {
        LogPosition last = position(in);
        long sizeBytes = notNegative(in.getLong());
        int checksum = in.getInt();
        long membershipIndex = notNegative(in.getLong());
        int length = in.getInt();
        if (length < 0 || length > in.remaining()) {
            throw new MalformedMessageException("a membership of " + length + " bytes in " + in.remaining());
        }
        byte[] membership = new byte[length];
        in.get(membership);
        SnapshotInfo snapshot =
                new SnapshotInfo(last, membershipIndex, Membership.decode(membership), sizeBytes, checksum);
        long offset = notNegative(in.getLong());
        int size = in.getInt();
        if (size != in.remaining()) {
            throw new MalformedMessageException("a piece of " + size + " bytes in " + in.remaining());
        }
        SnapshotBytes data = SnapshotBytes.of(in.slice());
        in.position(in.limit());
        return new InstallSnapshot(term, from, to, snapshot, offset, data);
    }

    /** A membership takes effect as soon as it is appended, so it must be one. */
    private static EntryRun checked(EntryRun run) {
        for (long index = run.firstIndex(); run.kind() == EntryKind.MEMBERSHIP && index <= run.lastIndex(); index++) {
            Membership.decode(run.copyOfPayload(index));
        }
        return run;
    }

    static LogPosition position(ByteBuffer in) {
        return new LogPosition(in.getLong(), in.getLong());
    }

    private static boolean flag(ByteBuffer in) {
        int flag = in.get();
        if (flag != 0 && flag != 1) {
            throw new MalformedMessageException("a flag is 0 or 1, not " + flag);
        }
        return flag == 1;
    }

    static long notNegative(long value) {
        if (value < 0) {
            throw new MalformedMessageException("a number is negative: " + value);
        }
        return value;
    }

    static ByteBuffer header(byte kind, Message message, int moreBytes) {
        return ByteBuffer.allocate(HEADER_BYTES + moreBytes)
                .put((byte) VERSION)
                .put(kind)
                .putLong(message.term())
                .putLong(message.from().value())
                .putLong(message.to().value());
    }

    /** Writes the one message that is dispatched to it. */
    private static final class Encoder implements Message.Handler {

        private List<ByteBuffer> parts = List.of();

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
            done(header(PRE_VOTE_REPLY, reply, 2 * Long.BYTES + 1)
                    .putLong(reply.requestTerm())
                    .put(flag(reply.granted()))
                    .putLong(reply.removedAt()));
        }

        @Override
        public void onRequestVote(RequestVote request) {
            done(put(header(REQUEST_VOTE, request, POSITION_BYTES + 1), request.last())
                    .put(flag(request.transfer())));
        }

        @Override
        public void onRequestVoteReply(RequestVoteReply reply) {
            done(header(REQUEST_VOTE_REPLY, reply, 1 + 2 * Long.BYTES)
                    .put(flag(reply.granted()))
                    .putLong(reply.storeId())
                    .putLong(reply.removedAt()));
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
            done(header(APPEND_ENTRIES_ACCEPTED, reply, 2 * Long.BYTES)
                    .putLong(reply.matchIndex())
                    .putLong(reply.storeId()));
        }

        @Override
        public void onAppendEntriesRejected(AppendEntriesRejected reply) {
            ByteBuffer out = header(APPEND_ENTRIES_REJECTED, reply, Long.BYTES + POSITION_BYTES + Byte.BYTES);
            done(put(out.putLong(reply.rejectedIndex()), reply.hint()).put(flag(reply.lost())));
        }

        @Override
        public void onHeartbeat(Heartbeat request) {
            done(header(HEARTBEAT, request, 2 * Long.BYTES)
                    .putLong(request.leaderCommit())
                    .putLong(request.round()));
        }

        @Override
        public void onHeartbeatReply(HeartbeatReply reply) {
            done(header(HEARTBEAT_REPLY, reply, 3 * Long.BYTES)
                    .putLong(reply.round())
                    .putLong(reply.storeId())
                    .putLong(reply.boundNanos()));
        }

        @Override
        public void onReadRequest(ReadRequest request) {
            done(header(READ_REQUEST, request, Long.BYTES).putLong(request.id()));
        }

        @Override
        public void onReadReply(ReadReply reply) {
            done(header(READ_REPLY, reply, 2 * Long.BYTES).putLong(reply.id()).putLong(reply.index()));
        }

        /** The data are not copied. */
        @Override
        public void onInstallSnapshot(InstallSnapshot request) {
            SnapshotInfo snapshot = request.snapshot();
            byte[] membership = snapshot.membership().encode();
            ByteBuffer out = header(
                    INSTALL_SNAPSHOT, request, POSITION_BYTES + 3 * Long.BYTES + 3 * Integer.BYTES + membership.length);
            put(out, snapshot.last()).putLong(snapshot.sizeBytes()).putInt(snapshot.checksum());
            out.putLong(snapshot.membershipIndex()).putInt(membership.length).put(membership);
            parts = List.of(
                    out.putLong(request.offset()).putInt(request.data().size()).flip(),
                    request.data().buffer());
        }

        @Override
        public void onInstallSnapshotReply(InstallSnapshotReply reply) {
            ByteBuffer out = header(INSTALL_SNAPSHOT_REPLY, reply, POSITION_BYTES + Long.BYTES);
            done(put(out, reply.snapshot()).putLong(reply.received()));
        }

        @Override
        public void onTimeoutNow(TimeoutNow request) {
            done(header(TIMEOUT_NOW, request, 0));
        }

        @Override
        public void onNodeMessage(NodeMessage message) {
            parts = NodeMessageCodec.encode(message);
        }
    }
}
