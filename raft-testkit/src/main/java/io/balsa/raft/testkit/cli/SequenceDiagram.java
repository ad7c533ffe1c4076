package io.balsa.raft.testkit.cli;

import io.balsa.raft.message.Message;
import io.balsa.raft.testkit.world.Story;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;

/** The last part of a run as a sequence diagram, in the language of Mermaid. */
final class SequenceDiagram implements Story {

    private final Deque<String> last = new ArrayDeque<>();
    private final int servers;
    private final int length;

    /**
     * A diagram of a run of so many servers.
     *
     * @param length how many of the last things that happen it shows
     */
    SequenceDiagram(int servers, int length) {
        this.servers = servers;
        this.length = length;
    }

    @Override
    public void tell(long nanos, String who, String what) {
        String server = who.startsWith("server ") ? "S" + who.substring("server ".length()) : "";
        String over = server.isEmpty() ? "S1" + (servers > 1 ? ",S" + servers : "") : server;
        add("Note over " + over + ": " + time(nanos) + " " + clean(server.isEmpty() ? who + ": " + what : what));
    }

    @Override
    public void tell(long nanos, Passage passage, Message message) {
        String arrow = switch (passage) {
            case DELIVERED -> "->>";
            case LOST, STOPPED -> "-x";
            case SENT, REPEATED -> "";
        };
        if (!arrow.isEmpty()) {
            add("S" + message.from().value() + arrow + "S" + message.to().value() + ": " + time(nanos) + " "
                    + clean(message.toString()));
        }
    }

    private static String time(long nanos) {
        return String.format(Locale.ROOT, "%.6f", nanos / 1e9);
    }

    /** Without what means something to Mermaid, and without the ends of the message, which the arrow shows. */
    private static String clean(String text) {
        return text.replaceAll("from=n?\\d+, to=n?\\d+(, )?", "").replaceAll("[;#\\r\\n]", ",");
    }

    private void add(String line) {
        last.add(line);
        if (last.size() > length) {
            last.remove();
        }
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("sequenceDiagram\n");
        for (int server = 1; server <= servers; server++) {
            text.append("    participant S").append(server).append('\n');
        }
        last.forEach(line -> text.append("    ").append(line).append('\n'));
        return text.toString();
    }
}
