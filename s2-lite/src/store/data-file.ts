/** LMDB's file in the folder. */
export const DATA_FILE = "data.mdb";
