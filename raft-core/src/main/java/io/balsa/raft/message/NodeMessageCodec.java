package io.balsa.raft.message;

import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.storage.EntryKind;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * What {@link MessageCodec} says of {@link NodeMessage}s, whose kinds are numbered from {@value #FIRST_KIND} on: after the
 * header, the record's components in their order: the name of a proposal as life and number, a position as index and term,
 * a kind of entry and a reason as one byte, a server that may be missing as its id or 0, and bytes behind their length (u32).
 */
final class NodeMessageCodec {

    /** Below are the messages of the core. */
    static final byte FIRST_KIND = 64;

    private static final byte FORWARDED_PROPOSAL = 64;
    private static final byte FORWARDED_RESULT = 65;
    private static final byte FORWARDED_FAILURE = 66;
    private static final byte HASH_REPORT = 68;
    private static final byte HASH_QUESTION = 69;
    private static final byte HASH_ANSWER = 70;
    private static final byte STATE_DIVERGED = 71;

    private static final int ID_BYTES = 2 * Long.BYTES;

    private NodeMessageCodec() {}

    static NodeMessage decode(byte kind, long term, NodeId from, NodeId to, ByteBuffer in) {
        return switch (kind) {
            case FORWARDED_PROPOSAL -> new ForwardedProposal(term, from, to, id(in), kindOf(in.get()), bytes(in));
            case FORWARDED_RESULT -> new ForwardedResult(term, from, to, id(in), MessageCodec.position(in), bytes(in));
            case FORWARDED_FAILURE ->
                new ForwardedFailure(
                        term, from, to, id(in), ForwardedFailure.Reason.ofCode(in.get()), server(in.getLong()));
            case HASH_REPORT ->
                new HashReport(term, from, to, MessageCodec.notNegative(in.getLong()), in.getLong(), in.getLong());
            case HASH_QUESTION -> new HashQuestion(term, from, to, MessageCodec.notNegative(in.getLong()));
            case HASH_ANSWER -> new HashAnswer(term, from, to, in.getLong(), bytes(in));
            case STATE_DIVERGED -> stateDiverged(term, from, to, in);
            default -> throw new MalformedMessageException("message kind " + kind + " is not known");
        };
    }

    private static ForwardId id(ByteBuffer in) {
        return new ForwardId(in.getLong(), in.getLong());
    }

    private static Optional<NodeId> server(long id) {
        return id == 0 ? Optional.empty() : Optional.of(NodeId.of(id));
    }

    private static StateDiverged stateDiverged(long term, NodeId from, NodeId to, ByteBuffer in) {
        long life = in.getLong();
        NodeId server = NodeId.of(in.getLong());
        long index = in.getLong();
        long firstIndex = in.getLong();
        long lastIndex = in.getLong();
        if (firstIndex < 1 || lastIndex < firstIndex) {
            throw new MalformedMessageException("no indexes are from " + firstIndex + " to " + lastIndex);
        }
        return new StateDiverged(term, from, to, life, server, index, firstIndex, lastIndex);
    }

    private static EntryKind kindOf(byte code) {
        EntryKind kind = EntryKind.ofCode(code);
        if (kind != EntryKind.COMMAND && kind != EntryKind.SESSION) {
            throw new MalformedMessageException("nobody may propose a " + kind);
        }
        return kind;
    }

    /** Memory is given for what is there only. */
    private static byte[] bytes(ByteBuffer in) {
        int length = in.getInt();
        if (length < 0 || length > in.remaining()) {
            throw new MalformedMessageException(length + " bytes in " + in.remaining());
        }
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }

    static List<ByteBuffer> encode(NodeMessage message) {
        Encoder encoder = new Encoder();
        message.dispatch(encoder);
        return encoder.parts;
    }

    /** Writes the one message that is dispatched to it. */
    private static final class Encoder implements NodeMessage.Handler {

        private List<ByteBuffer> parts = List.of();

        /** The command is not copied. */
        @Override
        public void onForwardedProposal(ForwardedProposal request) {
            ByteBuffer out = MessageCodec.header(FORWARDED_PROPOSAL, request, ID_BYTES + 1 + Integer.BYTES)
                    .putLong(request.id().life())
                    .putLong(request.id().number())
                    .put((byte) request.kind().code())
                    .putInt(request.command().length);
            parts = List.of(out.flip(), ByteBuffer.wrap(request.command()).asReadOnlyBuffer());
        }

        /** Nor is the result. */
        @Override
        public void onForwardedResult(ForwardedResult answer) {
            ByteBuffer out = MessageCodec.header(FORWARDED_RESULT, answer, ID_BYTES + 2 * Long.BYTES + Integer.BYTES)
                    .putLong(answer.id().life())
                    .putLong(answer.id().number())
                    .putLong(answer.entry().index())
                    .putLong(answer.entry().term())
                    .putInt(answer.result().length);
            parts = List.of(out.flip(), ByteBuffer.wrap(answer.result()).asReadOnlyBuffer());
        }

        @Override
        public void onForwardedFailure(ForwardedFailure answer) {
            parts = List.of(MessageCodec.header(FORWARDED_FAILURE, answer, ID_BYTES + 1 + Long.BYTES)
                    .putLong(answer.id().life())
                    .putLong(answer.id().number())
                    .put((byte) answer.reason().code())
                    .putLong(answer.leader().map(NodeId::value).orElse(0L))
                    .flip());
        }

        @Override
        public void onHashReport(HashReport report) {
            parts = List.of(MessageCodec.header(HASH_REPORT, report, 3 * Long.BYTES)
                    .putLong(report.index())
                    .putLong(report.hash())
                    .putLong(report.life())
                    .flip());
        }

        @Override
        public void onHashQuestion(HashQuestion question) {
            parts = List.of(MessageCodec.header(HASH_QUESTION, question, Long.BYTES)
                    .putLong(question.index())
                    .flip());
        }

        @Override
        public void onHashAnswer(HashAnswer answer) {
            parts = List.of(MessageCodec.header(HASH_ANSWER, answer, Long.BYTES + Integer.BYTES + answer.span().length)
                    .putLong(answer.life())
                    .putInt(answer.span().length)
                    .put(answer.span())
                    .flip());
        }

        @Override
        public void onStateDiverged(StateDiverged verdict) {
            parts = List.of(MessageCodec.header(STATE_DIVERGED, verdict, 5 * Long.BYTES)
                    .putLong(verdict.life())
                    .putLong(verdict.server().value())
                    .putLong(verdict.index())
                    .putLong(verdict.firstIndex())
                    .putLong(verdict.lastIndex())
                    .flip());
        }
    }
}
