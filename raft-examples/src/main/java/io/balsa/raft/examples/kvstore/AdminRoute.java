package io.balsa.raft.examples.kvstore;

import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * What the path of an operator's request means.
 *
 * @param kind which place it is
 * @param id the member in it, or 0
 */
record AdminRoute(Kind kind, long id) {

    static final String PREFIX = "/admin/";

    /** The places of operators. */
    enum Kind {
        MEMBERS("GET, POST"),
        MEMBER("DELETE"),
        PROMOTE("POST"),
        DEMOTE("POST"),
        ADDRESS("POST"),
        PRIORITY("POST"),
        TRANSFER("POST"),
        SNAPSHOT("GET, POST"),
        EXPORT("GET");

        private final String methods;

        Kind(String methods) {
            this.methods = methods;
        }

        /** The methods that this place knows, with commas between them. */
        String methods() {
            return methods;
        }

        boolean knows(String method) {
            return List.of(methods.split(", ", -1)).contains(method);
        }

        /** Whether it changes the membership, and so may be asked for on a condition. */
        boolean changesMembership(String method) {
            return switch (this) {
                case MEMBERS -> method.equals("POST");
                case MEMBER, PROMOTE, DEMOTE, ADDRESS, PRIORITY -> true;
                case TRANSFER, SNAPSHOT, EXPORT -> false;
            };
        }
    }

    static AdminRoute of(URI target) throws HttpProblem {
        String path = target.getRawPath();
        List<String> segments = List.of(path.substring(PREFIX.length()).split("/", -1));
        Optional<Kind> kind = segments.get(0).equals("members") ? memberKind(segments) : otherKind(segments);
        if (kind.isEmpty()) {
            throw new HttpProblem(
                    404,
                    "there are members, members/{id}, members/{id}/promote, demote, address and priority, transfer,"
                            + " snapshot and snapshot/export below /admin/");
        }
        return new AdminRoute(kind.get(), kind.get() == Kind.MEMBERS || segments.size() == 1 ? 0 : idIn(segments));
    }

    private static Optional<Kind> memberKind(List<String> segments) {
        return switch (segments.size()) {
            case 1 -> Optional.of(Kind.MEMBERS);
            case 2 -> Optional.of(Kind.MEMBER);
            case 3 ->
                switch (segments.get(2)) {
                    case "promote" -> Optional.of(Kind.PROMOTE);
                    case "demote" -> Optional.of(Kind.DEMOTE);
                    case "address" -> Optional.of(Kind.ADDRESS);
                    case "priority" -> Optional.of(Kind.PRIORITY);
                    default -> Optional.empty();
                };
            default -> Optional.empty();
        };
    }

    private static Optional<Kind> otherKind(List<String> segments) {
        return switch (String.join("/", segments)) {
            case "transfer" -> Optional.of(Kind.TRANSFER);
            case "snapshot" -> Optional.of(Kind.SNAPSHOT);
            case "snapshot/export" -> Optional.of(Kind.EXPORT);
            default -> Optional.empty();
        };
    }

    private static long idIn(List<String> segments) throws HttpProblem {
        String text = segments.get(1);
        if (segments.get(0).equals("snapshot")) {
            return 0;
        }
        if (!text.matches("[1-9]\\d{0,17}")) {
            throw new HttpProblem(400, "'" + text + "' is not the id of a member");
        }
        return Long.parseLong(text);
    }
}
