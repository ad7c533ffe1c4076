package io.balsa.raft.examples.kvstore;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/** The addresses of servers and the paths of keys, as text. */
final class HttpUrls {

    private static final String UNRESERVED = "-._~";

    private HttpUrls() {}

    /**
     * Reads {@code http://HOST:PORT}.
     *
     * @throws IllegalArgumentException if it is something else
     */
    static URI parse(String text) {
        String wrong = "'" + text + "' is not an address of the form http://HOST:PORT";
        URI uri;
        try {
            uri = URI.create(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(wrong, e);
        }
        boolean whole = "http".equals(uri.getScheme()) && uri.getHost() != null && uri.getPort() > 0;
        if (!whole || uri.getPort() > 65535 || !uri.toString().equals("http://" + uri.getRawAuthority())) {
            throw new IllegalArgumentException(wrong);
        }
        return uri;
    }

    /** Reads a list of {@link #parse addresses} with commas between them. */
    static List<URI> parseList(String text) {
        List<URI> uris = new ArrayList<>();
        for (String one : text.split(",", -1)) {
            uris.add(parse(one));
        }
        return List.copyOf(uris);
    }

    /** The segment of a path that stands for this key. */
    static String encodeKey(String key) {
        StringBuilder out = new StringBuilder();
        for (byte b : Bytes.utf8(key).toArray()) {
            char c = (char) (b & 0xff);
            boolean plain = c < 128 && (Character.isLetterOrDigit(c) || UNRESERVED.indexOf(c) >= 0);
            out.append(plain ? String.valueOf(c) : String.format("%%%02X", (int) c));
        }
        // A path whose segment is "." or ".." may be folded away on its way, so these two are hidden.
        return out.toString().equals(".") || out.toString().equals("..")
                ? out.toString().replace(".", "%2E")
                : out.toString();
    }

    /**
     * The key that a segment of a path stands for. A plus sign is a plus sign: this is a path, not a form.
     *
     * @throws IllegalArgumentException if it is no key; the message says why
     */
    static String decodeKey(String segment) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < segment.length(); i++) {
            char c = segment.charAt(i);
            if (c == '%') {
                out.write(hexAt(segment, i + 1));
                i += 2;
            } else if (c < 128) {
                out.write(c);
            } else {
                throw new IllegalArgumentException("a key outside of ASCII must be percent-encoded UTF-8");
            }
        }
        if (out.size() < 1 || out.size() > KvCodec.MAX_KEY_BYTES) {
            throw new IllegalArgumentException("a key has 1 to " + KvCodec.MAX_KEY_BYTES + " bytes, not " + out.size());
        }
        return Bytes.copyOf(out.toByteArray())
                .asText()
                .orElseThrow(() -> new IllegalArgumentException("a key must be UTF-8 text, percent-encoded"));
    }

    private static int hexAt(String segment, int from) {
        String digits = segment.substring(Math.min(from, segment.length()), Math.min(from + 2, segment.length()));
        if (!digits.matches("[0-9A-Fa-f]{2}")) {
            throw new IllegalArgumentException("a '%' in a key must be followed by two hexadecimal digits");
        }
        return Integer.parseInt(digits, 16);
    }
}
