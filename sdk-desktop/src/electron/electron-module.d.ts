/** What is used of Electron, in its main process and in preloads. Its own types come with a package that holds its whole binary. */
declare module "electron" {
  type Api = import("./electron-api.js").ElectronApi;

  export const app: Api["app"];
  export const BrowserWindow: Api["BrowserWindow"];
  export const ipcMain: Api["ipcMain"];
  export const screen: Api["screen"];
  export const utilityProcess: Api["utilityProcess"];
  export const webContents: Api["webContents"];
  export const ipcRenderer: import("./electron-api.js").RendererIpc;
}
