package io.balsa.raft.examples.kvstore;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** Bytes with a value's equality: what a key holds. Immutable. */
final class Bytes {

    private final byte[] content;

    private Bytes(byte[] content) {
        this.content = content;
    }

    /** A copy of these bytes. */
    static Bytes copyOf(byte[] content) {
        return new Bytes(content.clone());
    }

    /** These bytes, which nobody else may change from now on. */
    static Bytes owned(byte[] content) {
        return new Bytes(content);
    }

    /** The next {@code length} bytes of the buffer, which moves on. */
    static Bytes take(ByteBuffer in, int length) {
        byte[] content = new byte[length];
        in.get(content);
        return new Bytes(content);
    }

    /**
     * This text in UTF-8.
     *
     * @throws IllegalArgumentException if it holds half of a surrogate pair, which no encoding can carry
     */
    static Bytes utf8(String text) {
        try {
            ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            return take(encoded, encoded.remaining());
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("a text holds half of a surrogate pair", e);
        }
    }

    /** The text these bytes are in UTF-8; empty if they are not UTF-8. */
    Optional<String> asText() {
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(content))
                    .toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    int length() {
        return content.length;
    }

    byte[] toArray() {
        return content.clone();
    }

    void writeTo(ByteBuffer out) {
        out.put(content);
    }

    void writeTo(OutputStream out) throws IOException {
        out.write(content);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bytes that && Arrays.equals(content, that.content);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(content);
    }

    @Override
    public String toString() {
        return asText().filter(text -> text.length() <= 100).orElse(content.length + " bytes");
    }
}
