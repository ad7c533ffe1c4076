package io.balsa.raft.transport.http;

/**
 * A frame as it came off the wire. The array is not copied: it belongs to whoever takes the frame.
 *
 * @param type what it is
 * @param group which Raft group it is for; 0 in a frame of our own
 * @param payload its bytes
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, and a copy of a snapshot chunk would be dear
record WireFrame(FrameType type, int group, byte[] payload) {

    /** Before the payload: u32 length of the payload, u8 type, u8 flags, u16 reserved, u32 group; big-endian. */
    static final int HEADER_BYTES = 12;

    /** After the payload: u32 CRC32C of everything before it. */
    static final int TRAILER_BYTES = 4;

    /** What a frame takes on the wire beside its payload. */
    static final int OVERHEAD_BYTES = HEADER_BYTES + TRAILER_BYTES;
}
