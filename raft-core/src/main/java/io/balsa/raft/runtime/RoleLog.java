package io.balsa.raft.runtime;

import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.cluster.RaftRole;
import io.balsa.raft.core.Notice;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes to the log what an operator wants to know of the consensus: roles, leaders, memberships, silent peers, lost stores. */
final class RoleLog extends QuietNotices {

    private static final Logger LOG = LoggerFactory.getLogger("io.balsa.raft");

    private final NodeIdentity identity;
    private Optional<RaftRole> lastRole = Optional.empty();

    RoleLog(NodeIdentity identity) {
        this.identity = identity;
    }

    @Override
    public void onRoleChanged(Notice.RoleChanged notice) {
        // What a server only asks itself, or hears of for the second time, is nobody's news.
        boolean wasLeader = lastRole.isPresent() && lastRole.get() == RaftRole.LEADER;
        boolean news = wasLeader || notice.leader().isPresent();
        lastRole = Optional.of(notice.role());
        if (news) {
            LOG.info(
                    "node={} cluster={} term={} role={} leader={}",
                    identity.node().value(),
                    identity.cluster(),
                    notice.term(),
                    notice.role(),
                    notice.leader().map(id -> String.valueOf(id.value())).orElse("none"));
        } else {
            LOG.debug(
                    "node={} cluster={} term={} role={} leader=none",
                    identity.node().value(),
                    identity.cluster(),
                    notice.term(),
                    notice.role());
        }
    }

    @Override
    public void onMembershipChanged(Notice.MembershipChanged notice) {
        Membership membership = notice.membership();
        LOG.info(
                "node={} cluster={} index={} members={} voters={} outgoing={} learners={}",
                identity.node().value(),
                identity.cluster(),
                notice.index(),
                membership.members().values(),
                membership.voters(),
                membership.outgoingVoters(),
                membership.learners());
    }

    @Override
    public void onPeerSilence(Notice.PeerSilence notice) {
        long millis = TimeUnit.NANOSECONDS.toMillis(notice.forNanos());
        if (notice.silent()) {
            LOG.warn(
                    "node={} cluster={} peer={} suspected: not heard for {} ms",
                    identity.node().value(),
                    identity.cluster(),
                    notice.peer().value(),
                    millis);
        } else {
            LOG.info(
                    "node={} cluster={} peer={} is heard again",
                    identity.node().value(),
                    identity.cluster(),
                    notice.peer().value());
        }
    }

    @Override
    public void onStoreLost(Notice.StoreLost notice) {
        LOG.warn(
                "node={} cluster={} peer={} has lost its store {} and came back with {}: it has no vote until it has"
                        + " caught up",
                identity.node().value(),
                identity.cluster(),
                notice.peer().value(),
                Long.toHexString(notice.knownStoreId()),
                Long.toHexString(notice.storeId()));
    }
}
