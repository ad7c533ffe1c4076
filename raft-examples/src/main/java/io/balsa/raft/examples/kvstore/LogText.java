package io.balsa.raft.examples.kvstore;

import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.storage.EntryKind;
import io.balsa.raft.storage.LogEntry;
import io.balsa.raft.storage.file.StoreReport;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/** What {@code kvstore log} prints for people. */
final class LogText {

    private static final int SHOWN_BYTES = 64;

    private LogText() {}

    static List<String> lines(StoreReport report) {
        NodeIdentity identity = report.identity();
        List<String> lines = new ArrayList<>();
        lines.add("cluster:    " + identity.cluster());
        lines.add("node:       " + identity.node().value());
        lines.add("store:      " + Long.toHexString(identity.storeId()));
        lines.add("in use:     " + (report.inUse() ? "yes" : "no"));
        lines.add("term:       "
                + report.hardState()
                        .map(state -> state.currentTerm()
                                + state.votedFor()
                                        .map(node -> ", voted for " + node.value())
                                        .orElse(", no vote"))
                        .orElse("damaged"));
        lines.add("log:        " + log(report.log()));
        lines.add("membership: " + membership(report.membership()));
        for (StoreReport.Snapshot snapshot : report.snapshots()) {
            lines.add("snapshot:   up to index " + snapshot.last().index() + " of term "
                    + snapshot.last().term()
                    + snapshot.info()
                            .map(info -> ", " + info.sizeBytes() + " bytes")
                            .orElse(", damaged"));
        }
        return lines;
    }

    static String log(StoreReport.Log log) {
        long first = log.base().index() + 1;
        long last = log.last().index();
        return (first > last
                        ? "no entries, the next one is " + first
                        : "entries " + first + " to " + last + ", the last one of term "
                                + log.last().term())
                + ", " + log.runs() + (log.runs() == 1 ? " run" : " runs") + " in " + log.segments()
                + (log.segments() == 1 ? " file" : " files") + " of " + log.bytes() + " bytes"
                + (log.tornRuns() > 0 ? ", " + log.tornRuns() + " torn behind the end" : "")
                + (log.closed() ? ", closed in good order" : ", not closed");
    }

    private static String membership(Membership membership) {
        return membership.members().values() + (membership.isJoint() ? ", being changed" : "");
    }

    static String entry(LogEntry entry) {
        String kind = entry.kind().name().toLowerCase(Locale.ROOT);
        return entry.index() + "  term " + entry.term() + "  " + kind + "  " + entry.data().length + " bytes  "
                + shown(entry);
    }

    private static String shown(LogEntry entry) {
        byte[] data = entry.data();
        if (entry.kind() == EntryKind.MEMBERSHIP) {
            try {
                return membership(Membership.decode(data));
            } catch (IllegalArgumentException e) {
                return HexFormat.of()
                        .formatHex(data, 0, Math.min(data.length, SHOWN_BYTES)); // nobody's doing but a bug's
            }
        }
        byte[] head = Arrays.copyOf(data, Math.min(data.length, SHOWN_BYTES));
        StringBuilder text = new StringBuilder();
        for (byte each : head) {
            boolean printable = each >= ' ' && each <= '~' && each != '\\';
            text.append(printable ? String.valueOf((char) each) : String.format("\\x%02x", each));
        }
        return text + (data.length > SHOWN_BYTES ? "…" : "");
    }
}
