package io.balsa.raft.transport.http;

import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.NodeIdentity;
import java.util.Optional;
import java.util.function.Function;

/**
 * What a server says of itself before it opens a stream, in the headers of a request without a body: an answer without a
 * body is one packet, while one with a body would wait 40 ms for an acknowledgement (Nagle).
 *
 * @param sender who wants to send
 * @param protocols what it speaks
 * @param receiver who it believes to talk to
 * @param kind which stream it wants to open
 * @param session of which stream it wants to know whether it is still heard, instead of opening one
 */
record Hello(NodeIdentity sender, Protocols protocols, NodeId receiver, StreamKind kind, Optional<Long> session) {

    static final String PATH = "/raft/v1/hello";
    static final String CLUSTER = "raft-cluster";
    static final String FROM = "raft-from";
    static final String STORE = "raft-store";
    static final String PROTOCOL = "raft-protocol";
    static final String TO = "raft-to";
    static final String STREAM = "raft-stream";
    static final String SESSION = "raft-session";

    /** In an answer: who answers. */
    static final String NODE = "raft-node";

    /** In a refusal: why, in one sentence. */
    static final String REASON = "raft-reason";

    static final int WELCOME = 204;
    static final int MALFORMED = 400;
    static final int WRONG_PEER = 409;
    static final int WRONG_PROTOCOL = 426;

    private static final int HEXADECIMAL = 16;

    /** No header of ours is longer; what is gets no parser to chew on. */
    private static final int MAX_HEADER_LENGTH = 256;

    /**
     * Reads a hello from the headers of a request.
     *
     * @param header the value of a header, if it is there
     * @throws IllegalArgumentException in one sentence that repeats nothing the peer has written
     */
    static Hello read(Function<String, Optional<String>> header) {
        NodeIdentity sender = read(
                header,
                CLUSTER,
                cluster -> new NodeIdentity(
                        cluster, read(header, FROM, Hello::parseNode), read(header, STORE, Hello::parseHex)));
        return new Hello(
                sender,
                read(header, PROTOCOL, Protocols::parse),
                read(header, TO, Hello::parseNode),
                read(header, STREAM, label -> StreamKind.labelled(label).orElseThrow(IllegalArgumentException::new)),
                header.apply(SESSION).map(ignored -> read(header, SESSION, Hello::parseHex)));
    }

    static NodeId parseNode(String text) {
        return NodeId.of(Long.parseLong(text));
    }

    static String hex(long value) {
        return Long.toHexString(value);
    }

    static long parseHex(String text) {
        return Long.parseUnsignedLong(text, HEXADECIMAL);
    }

    private static <T> T read(Function<String, Optional<String>> header, String name, Function<String, T> parser) {
        String value = header.apply(name)
                .orElseThrow(() -> new MalformedHeaderException("the header '" + name + "' is missing"));
        if (value.length() > MAX_HEADER_LENGTH) {
            throw new MalformedHeaderException("the header '" + name + "' is too long");
        }
        try {
            return parser.apply(value);
        } catch (MalformedHeaderException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw new MalformedHeaderException("the header '" + name + "' is malformed");
        }
    }

    /** Says which header is wrong, and keeps the sentence when one is read within another. */
    private static final class MalformedHeaderException extends IllegalArgumentException {

        private static final long serialVersionUID = 1L;

        MalformedHeaderException(String message) {
            super(message);
        }
    }
}
