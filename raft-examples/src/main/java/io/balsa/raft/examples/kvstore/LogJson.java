package io.balsa.raft.examples.kvstore;

import io.balsa.raft.cluster.Member;
import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.storage.LogEntry;
import io.balsa.raft.storage.SnapshotInfo;
import io.balsa.raft.storage.file.CorruptionException;
import io.balsa.raft.storage.file.StoreReport;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What {@code kvstore log} prints for programs. */
final class LogJson {

    private LogJson() {}

    /** All that a look has found. */
    static Map<String, @Nullable Object> report(StoreReport report) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("cluster", report.identity().cluster());
        json.put("node", report.identity().node().value());
        json.put("storeId", Long.toHexString(report.identity().storeId()));
        json.put("inUse", report.inUse());
        json.put("term", report.hardState().map(state -> state.currentTerm()).orElse(null));
        json.put(
                "votedFor",
                report.hardState()
                        .flatMap(state -> state.votedFor())
                        .map(NodeId::value)
                        .orElse(null));
        json.put("log", log(report.log()));
        json.put("joint", report.membership().isJoint());
        json.put("members", members(report.membership()));
        json.put("snapshots", report.snapshots().stream().map(LogJson::snapshot).toList());
        json.putAll(verdict(report));
        return json;
    }

    /** Whether it is sound, and if not, where and why. */
    static Map<String, @Nullable Object> verdict(StoreReport report) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("sound", (report.inUse() && report.isSound()) ? null : report.isSound());
        json.put("startable", report.inUse() ? null : report.refusals().isEmpty());
        json.put("damage", report.damage().stream().map(LogJson::damage).toList());
        return json;
    }

    private static Map<String, @Nullable Object> damage(CorruptionException damage) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("file", damage.file());
        json.put("offset", damage.offset());
        json.put("index", damage.index() > 0 ? damage.index() : null);
        json.put("cause", damage.problem());
        json.put("message", damage.getMessage());
        return json;
    }

    private static Map<String, @Nullable Object> log(StoreReport.Log log) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("baseIndex", log.base().index());
        json.put("baseTerm", log.base().term());
        json.put("lastIndex", log.last().index());
        json.put("lastTerm", log.last().term());
        json.put("segments", log.segments());
        json.put("bytes", log.bytes());
        json.put("runs", log.runs());
        json.put("tornRuns", log.tornRuns());
        json.put("closed", log.closed());
        return json;
    }

    private static List<Map<String, Object>> members(Membership membership) {
        List<Map<String, Object>> members = new ArrayList<>();
        for (Member member : membership.members().values()) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("id", member.id().value());
            one.put("address", member.address());
            one.put("voter", membership.isVoter(member.id()));
            members.add(one);
        }
        return members;
    }

    private static Map<String, @Nullable Object> snapshot(StoreReport.Snapshot snapshot) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("file", snapshot.file());
        json.put("index", snapshot.last().index());
        json.put("term", snapshot.last().term());
        json.put("bytes", snapshot.info().map(SnapshotInfo::sizeBytes).orElse(null));
        return json;
    }

    /** One entry; its payload in base 64, as it may be anything. */
    static Map<String, @Nullable Object> entry(LogEntry entry) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("index", entry.index());
        json.put("term", entry.term());
        json.put("kind", entry.kind().name().toLowerCase(Locale.ROOT));
        json.put("bytes", entry.data().length);
        json.put("dataBase64", Base64.getEncoder().encodeToString(entry.data()));
        return json;
    }
}
