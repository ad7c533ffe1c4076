package io.balsa.raft.runtime;

import io.balsa.raft.Divergence;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.divergence.Verdict;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells operators of state machines that are not like the others. Used by the consensus agent. */
final class DivergenceLog {

    private static final Logger LOG = LoggerFactory.getLogger("io.balsa.raft");

    private final NodeIdentity identity;
    private final SnapshotBoard snapshots;

    DivergenceLog(NodeIdentity identity, SnapshotBoard snapshots) {
        this.identity = identity;
        this.snapshots = snapshots;
    }

    /** On the leader. */
    void found(Divergence divergence) {
        LOG.error(
                "node={} cluster={} peer={} diverged: {}; it is to go into quarantine",
                identity.node().value(),
                identity.cluster(),
                divergence.server().value(),
                divergence);
    }

    /** On the server that it is about. */
    void quarantine(Divergence divergence) {
        long snapshot = snapshots.newestIndex();
        LOG.error(
                "node={} cluster={} in quarantine: {}; this server votes and replicates, but applies nothing, serves no reads"
                        + " and takes no snapshots. Its newest snapshot ends at index {}, {}",
                identity.node().value(),
                identity.cluster(),
                divergence,
                snapshot,
                snapshot < divergence.firstIndex()
                        ? "before the difference: a restart goes on from there, and heals it unless the program errs again;"
                                + " else stop it, wipe its directory and start it to have it seeded anew"
                        : "after the difference, so a restart does not heal it: stop it, wipe its directory and start it"
                                + " to have it seeded anew");
    }

    /** On the leader. */
    void undecidable(Verdict.Undecidable verdict) {
        LOG.error(
                "node={} cluster={} checkpoint={} the state machine is not deterministic: servers have come to different"
                        + " results, and no majority to the same, so nobody can tell who is right: {}",
                identity.node().value(),
                identity.cluster(),
                verdict.checkpoint(),
                verdict.hashes().entrySet().stream()
                        .map(entry -> entry.getKey().value() + "=" + Long.toHexString(entry.getValue()))
                        .collect(Collectors.joining(" ")));
    }

    void malformed(NodeId from, IllegalArgumentException reason) {
        LOG.warn(
                "node={} cluster={} peer={} sent no hashes: {}",
                identity.node().value(),
                identity.cluster(),
                from.value(),
                reason.getMessage());
    }
}
