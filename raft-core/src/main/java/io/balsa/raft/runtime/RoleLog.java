package io.balsa.raft.runtime;

import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.cluster.RaftRole;
import io.balsa.raft.core.Notice;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes to the log what an operator wants to know of the consensus: roles, leaders, memberships. */
final class RoleLog implements Notice.Handler {

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
        LOG.info(
                "node={} cluster={} index={} membership={}",
                identity.node().value(),
                identity.cluster(),
                notice.index(),
                notice.membership().members().values());
    }

    @Override
    public void onAppended(Notice.Appended notice) {}

    @Override
    public void onProposalsRefused(Notice.ProposalsRefused notice) {}

    @Override
    public void onReadReady(Notice.ReadReady notice) {}

    @Override
    public void onReadFailed(Notice.ReadFailed notice) {}
}
