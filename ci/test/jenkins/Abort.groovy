/** Somebody presses the button that stops the build. */
class Abort {
    private volatile boolean pressed

    void press() { pressed = true }

    /** Whether it was pressed. What runs afterwards, the post section, is not stopped by the same press. */
    synchronized boolean taken() {
        def was = pressed
        pressed = false
        was
    }
}
