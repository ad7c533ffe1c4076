package io.balsa.raft.cluster;

import java.util.Objects;

/**
 * A server and the address its transport is reached at. What an address looks like is the transport's business
 * ({@code http://10.0.0.1:7001} for HTTP); the library only carries it.
 *
 * @param id who
 * @param address where; not blank, at most {@value #MAX_ADDRESS_LENGTH} characters
 */
public record Member(NodeId id, String address) {

    /** The longest address a member may have, in characters. */
    public static final int MAX_ADDRESS_LENGTH = 1024;

    public Member {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(address, "address");
        if (address.isBlank() || address.length() > MAX_ADDRESS_LENGTH) {
            throw new IllegalArgumentException(
                    "the address of " + id + " must have 1 to " + MAX_ADDRESS_LENGTH + " characters");
        }
    }

    /** The member with this number and address. */
    public static Member of(long id, String address) {
        return new Member(NodeId.of(id), address);
    }

    @Override
    public String toString() {
        return id + "=" + address;
    }
}
