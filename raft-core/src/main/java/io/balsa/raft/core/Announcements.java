package io.balsa.raft.core;

import io.balsa.raft.cluster.Membership;

/** Tells when role, term, leader or membership are not what they were told to be before. */
final class Announcements {

    private final RaftCore core;
    private final Outbox outbox;
    private Notice.RoleChanged lastRole;
    private Membership lastMembership;

    Announcements(RaftCore core, Outbox outbox) {
        this.core = core;
        this.outbox = outbox;
        lastRole = role();
        lastMembership = core.membership();
    }

    @SuppressWarnings(
            "ReferenceEquality") // a membership that comes back is the same object; comparing it costs nothing
    void update() {
        boolean sameRole = lastRole.role() == core.role()
                && lastRole.term() == core.currentTerm()
                && lastRole.leader().equals(core.leader());
        if (!sameRole) {
            lastRole = role();
            outbox.tell(lastRole);
        }
        if (lastMembership != core.membership()) {
            lastMembership = core.membership();
            outbox.tell(new Notice.MembershipChanged(lastMembership, core.membershipIndex()));
        }
    }

    private Notice.RoleChanged role() {
        return new Notice.RoleChanged(core.role(), core.currentTerm(), core.leader());
    }
}
