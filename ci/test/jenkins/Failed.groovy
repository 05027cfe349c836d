/** A step fails, and the build with it. Anything else that is thrown is a fault of the stand-in. */
class Failed extends Exception {
    Failed(String why) { super(why) }
}
