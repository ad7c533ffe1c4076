package io.balsa.raft.cluster;

import java.util.Objects;

/**
 * A server, the address its transport is reached at, and the store it remembers with. What an address looks like is the
 * transport's business ({@code http://10.0.0.1:7001} for HTTP); the library only carries it.
 *
 * @param id who
 * @param address where; not blank, at most {@value #MAX_ADDRESS_LENGTH} characters
 * @param priority how eager it is to lead: 0, which is the default, to {@value #MAX_PRIORITY}; whoever has less than another
 *     voter waits longer before it asks for an election, the first time after it has lost a leader
 * @param storeId the store that its votes and acknowledgements count from; 0 as long as the cluster does not know it
 */
public record Member(NodeId id, String address, int priority, long storeId) {

    /** The longest address a member may have, in characters. */
    public static final int MAX_ADDRESS_LENGTH = 1024;

    /** The highest priority. */
    public static final int MAX_PRIORITY = 100;

    public Member {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(address, "address");
        if (address.isBlank() || address.length() > MAX_ADDRESS_LENGTH) {
            throw new IllegalArgumentException(
                    "the address of " + id + " must have 1 to " + MAX_ADDRESS_LENGTH + " characters");
        }
        if (priority < 0 || priority > MAX_PRIORITY) {
            throw new IllegalArgumentException("the priority of " + id + " must be 0 to " + MAX_PRIORITY);
        }
    }

    /** A member of the usual priority, whose store is not known yet. */
    public Member(NodeId id, String address) {
        this(id, address, 0, 0);
    }

    /** The member with this number and address. */
    public static Member of(long id, String address) {
        return new Member(NodeId.of(id), address);
    }

    /** The same member with another address. */
    public Member withAddress(String newAddress) {
        return new Member(id, newAddress, priority, storeId);
    }

    /** The same member with another priority. */
    public Member withPriority(int newPriority) {
        return new Member(id, address, newPriority, storeId);
    }

    /** The same member with another store. */
    public Member withStore(long newStoreId) {
        return new Member(id, address, priority, newStoreId);
    }

    @Override
    public String toString() {
        return id + "=" + address;
    }
}
